/**
 * Layout: where things lie in the image, and as whom it runs.
 */
import { checkAccount } from './account';
import type { Base, Layout } from './config';
import type { Faults } from './fault';
import { checkImagePath } from './grammar';
import { checkFolders } from './layout-folders';
import { lookup } from './lookup';
import type { LayoutOptions } from './options';
import { suggest } from './suggest';

const UPSTREAM: Layout = {
  prefix: '/usr/local/openresty',
  confDir: '/usr/local/openresty/nginx/conf',
  modulesDir: '/usr/local/openresty/nginx/modules',
  logDir: '/usr/local/openresty/nginx/logs',
  runDir: '/var/run/openresty',
  binary: '/usr/local/openresty/nginx/sbin/nginx',
  user: 'nginx',
  group: 'nginx',
  uid: 101,
  gid: 101,
};

const DIANPLUS: Layout = {
  prefix: '/opt/openresty',
  confDir: '/etc/openresty',
  modulesDir: '/usr/lib/openresty/modules',
  logDir: '/var/log/openresty',
  runDir: '/var/run/openresty',
  binary: '/usr/sbin/nginx',
  user: 'openresty',
  group: 'openresty',
  uid: 101,
  gid: 101,
};

/** The presets by name. */
export const LAYOUTS: Readonly<Record<string, Layout>> = { upstream: UPSTREAM, dianplus: DIANPLUS };

/**
 * Resolves the layout: the preset, with what the user changed.
 * @param family of the base, which has accounts of its own
 */
export function resolveLayout(faults: Faults, options: LayoutOptions = {}, family: Base['family']): Layout {
  const { preset = 'upstream', ...changes } = options;
  const known = lookup(LAYOUTS, preset);
  if (!known) faults.add('layout.preset', preset, 'there is no such preset', suggest(preset, Object.keys(LAYOUTS)));
  const layout: Layout = { ...(known ?? UPSTREAM), ...changes };
  const before = faults.count;
  for (const key of ['prefix', 'confDir', 'modulesDir', 'logDir', 'runDir', 'binary'] as const) {
    checkImagePath(faults, `layout.${key}`, layout[key]);
  }
  // What lies in what can be said of plain paths only.
  if (faults.count === before) checkFolders(faults, layout);
  checkAccount(faults, layout, family);
  return layout;
}
