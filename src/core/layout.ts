/**
 * Layout: where things lie in the image, and as whom it runs.
 */
import type { Layout } from './config';
import { type Faults, suggest } from './fault';
import { checkImagePath } from './grammar';
import type { LayoutOptions } from './options';

/** The presets by name. */
export const LAYOUTS: Readonly<Record<string, Layout>> = {
  upstream: {
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
  },
  dianplus: {
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
  },
};

/** Folders that a distribution owns: to hand one over to the image's user would break the others in it. */
const SYSTEM = ['/bin', '/boot', '/dev', '/etc', '/home', '/lib', '/lib64', '/media', '/mnt', '/opt', '/proc', '/root', '/run', '/sbin', '/srv', '/sys', '/tmp', '/usr', '/usr/bin', '/usr/lib', '/usr/local', '/usr/sbin', '/usr/share', '/var', '/var/cache', '/var/lib', '/var/log', '/var/run'];

/** Highest id that every image tool and user namespace accepts without a setting. */
const HIGHEST_ID = 65533;

function isInside(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

function checkFolders(faults: Faults, layout: Layout): void {
  const folders = ['prefix', 'confDir', 'modulesDir', 'logDir', 'runDir'] as const;
  for (const key of folders) {
    if (SYSTEM.includes(layout[key])) {
      faults.add(`layout.${key}`, layout[key], 'this folder belongs to the distribution', `use a folder of its own in it, such as "${layout[key]}/openresty"`);
    }
  }
  // A writable folder inside a read-only one (or the other way round) would let a worker replace code or configuration.
  const apart = [
    ['runDir', 'confDir'],
    ['runDir', 'modulesDir'],
    ['logDir', 'confDir'],
    ['logDir', 'modulesDir'],
    ['logDir', 'runDir'],
    ['confDir', 'modulesDir'],
  ] as const;
  for (const [a, b] of apart) {
    if (isInside(layout[a], layout[b]) || isInside(layout[b], layout[a])) {
      faults.add(`layout.${a}`, layout[a], `it and layout.${b} (${layout[b]}) lie inside one another`, 'give each a folder of its own');
    }
  }
  if (isInside(layout.prefix, layout.runDir) || isInside(layout.runDir, layout.prefix)) {
    faults.add('layout.runDir', layout.runDir, `it and layout.prefix (${layout.prefix}) lie inside one another; only the run folder is writable`, 'give it a folder outside of the prefix');
  }
  for (const key of ['confDir', 'logDir', 'runDir', 'modulesDir'] as const) {
    if (isInside(layout.binary, layout[key])) {
      faults.add('layout.binary', layout.binary, `it lies in layout.${key} (${layout[key]})`, 'put the binary elsewhere');
    }
  }
}

function checkAccount(faults: Faults, layout: Layout): void {
  for (const key of ['user', 'group'] as const) {
    if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(layout[key])) {
      faults.add(`layout.${key}`, layout[key], 'it is no account name: a lower-case letter or _, then up to 31 letters, digits, _ or -', 'write it like "openresty"');
    } else if (layout[key] === 'root') {
      faults.add(`layout.${key}`, layout[key], 'the image must not run as root', 'choose another name');
    }
  }
  for (const key of ['uid', 'gid'] as const) {
    const id = layout[key];
    if (id === 0) faults.add(`layout.${key}`, id, '0 is root, and the image must not run as root', 'use 101, as upstream does');
    else if (!Number.isInteger(id) || id < 1 || id > HIGHEST_ID) {
      faults.add(`layout.${key}`, id, `an id is a whole number from 1 to ${HIGHEST_ID}`, 'use 101, as upstream does');
    }
  }
}

/** Resolves the layout: the preset, with what the user changed. */
export function resolveLayout(faults: Faults, options: LayoutOptions = {}): Layout {
  const { preset = 'upstream', ...changes } = options;
  if (!Object.hasOwn(LAYOUTS, preset)) faults.add('layout.preset', preset, 'there is no such preset', suggest(preset, Object.keys(LAYOUTS)));
  const own = Object.hasOwn(LAYOUTS, preset) ? LAYOUTS[preset] : LAYOUTS.upstream;
  const given = Object.fromEntries(Object.entries(changes).filter(([, v]) => v !== undefined));
  const layout: Layout = { ...own, ...given };
  const before = faults.count;
  for (const key of ['prefix', 'confDir', 'modulesDir', 'logDir', 'runDir', 'binary'] as const) {
    checkImagePath(faults, `layout.${key}`, layout[key]);
  }
  if (faults.count === before) checkFolders(faults, layout);
  checkAccount(faults, layout);
  return layout;
}
