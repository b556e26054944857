/** What people must know of a third-party module that this project has met. Data. */
import type { OpenRestyConfig } from '../../core/config';
import { compareVersions } from '../../core/version';
import type { Words } from './words';

interface ModuleNote {
  readonly module: string;
  /** First OpenResty release that it holds for. */
  readonly from: string;
  readonly note: Words;
}

const NOTES: readonly ModuleNote[] = [
  {
    module: 'ngx_http_upstream_dyups_module',
    // nginx 1.29.7 and later, see nginx/nginx issue 1650; OpenResty's first release on such an nginx is this one.
    from: '1.31.1.1',
    note: {
      en: 'nginx 1.29.7 and later keep upstream connections alive by default and set that up when the configuration is read. Upstreams that dyups makes at run time come after that: they get no kept-alive connections. Write `keepalive 0;` in upstreams that dyups manages.',
      zh: 'nginx 1.29.7 及更高版本默认开启 upstream keepalive，并在读取配置时完成设置。dyups 在运行时创建的 upstream 晚于此时，因此没有 keepalive 连接。请在由 dyups 管理的 upstream 中写上 `keepalive 0;`。',
    },
  },
];

/** Notes on the modules of this image. */
export function moduleNotes({ openresty }: OpenRestyConfig): Words[] {
  const names = openresty.modules.map(({ name }) => name);
  return NOTES.filter(({ module, from }) => names.includes(module) && compareVersions(openresty.version, from) >= 0).map(
    ({ note }) => note,
  );
}
