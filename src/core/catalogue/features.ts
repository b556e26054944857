/**
 * The features of nginx and OpenResty that `./configure` knows, under its own
 * names without `--with-` and `--without-`. Data.
 *
 * `upstream` is what openresty/openresty's own image chooses; `--with-ipv6`,
 * `--with-md5-asm` and `--with-sha1-asm`, which it still passes, have no effect
 * in today's nginx and are left away.
 */
import type { FeatureMode } from '../config';

/** Packages of both families that a feature needs. */
export interface FeaturePackages {
  readonly build: readonly string[];
  readonly run: readonly string[];
}

/** One feature. */
export interface Feature {
  /**
   * `with`: off unless asked for. `without`: on unless refused. `both`: nginx
   * wants it asked for, and OpenResty asks for it unless refused.
   */
  readonly flag: 'with' | 'without' | 'both';
  /** What upstream's own image chooses. */
  readonly upstream: FeatureMode;
  /** Base name of the `.so`, for a feature that can be loaded at run time. */
  readonly dynamic?: string;
  /** The features without which this one cannot be. */
  readonly needs: readonly string[];
  /** Why it cannot be left out. One clause. */
  readonly essential?: string;
  /** The first release whose `./configure` knows it, where that is not all. */
  readonly since?: string;
  readonly packages?: { readonly alpine: FeaturePackages; readonly debian: FeaturePackages };
}

type Row = [name: string, more?: Partial<Feature>];

function table(flag: Feature['flag'], upstream: FeatureMode, rows: readonly Row[]): [string, Feature][] {
  return rows.map(([name, more]) => [name, { flag, upstream, needs: partOf(name), ...more }]);
}

/** `stream_ssl_module` lives inside `stream`, `mail_ssl_module` inside `mail`. */
function partOf(name: string): string[] {
  return [...(/^(stream|mail)_/.exec(name)?.slice(1) ?? [])];
}

const SMOKE = 'the image is tested by serving Lua over HTTP and TLS';

/** Every feature by name. */
export const FEATURES: Readonly<Record<string, Feature>> = Object.fromEntries([
  ...table('with', 'static', [
    ['compat'],
    ['pcre-jit'],
    ['threads'],
    ['http_addition_module'],
    ['http_auth_request_module'],
    ['http_dav_module'],
    ['http_flv_module'],
    ['http_gunzip_module'],
    ['http_gzip_static_module'],
    ['http_mp4_module'],
    ['http_random_index_module'],
    ['http_realip_module'],
    ['http_secure_link_module'],
    ['http_slice_module'],
    ['http_ssl_module', { essential: SMOKE }],
    ['http_stub_status_module'],
    ['http_sub_module'],
    ['http_v2_module'],
    ['http_v3_module'],
    ['mail', { dynamic: 'ngx_mail_module' }],
    ['mail_ssl_module'],
    ['stream_ssl_preread_module', { essential: "OpenResty's configure adds it to every stream" }],
  ]),
  ...table('both', 'static', [['stream', { dynamic: 'ngx_stream_module' }], ['stream_ssl_module']]),
  ...table('with', 'dynamic', [
    [
      'http_geoip_module',
      {
        dynamic: 'ngx_http_geoip_module',
        packages: { alpine: { build: ['geoip-dev'], run: ['geoip'] }, debian: { build: ['libgeoip-dev'], run: ['libgeoip1'] } },
      },
    ],
    [
      'http_image_filter_module',
      {
        dynamic: 'ngx_http_image_filter_module',
        packages: { alpine: { build: ['gd-dev'], run: ['gd'] }, debian: { build: ['libgd-dev'], run: ['libgd3'] } },
      },
    ],
    [
      'http_xslt_module',
      {
        dynamic: 'ngx_http_xslt_filter_module',
        packages: { alpine: { build: ['libxslt-dev'], run: ['libxslt'] }, debian: { build: ['libxslt1-dev'], run: ['libxslt1.1'] } },
      },
    ],
  ]),
  ...table('with', 'off', [
    ['debug'],
    // Upstream's image dropped it with 1.27.1.1; threads serve the same purpose.
    ['file-aio'],
    ['http_degradation_module'],
    ['http_iconv_module'],
    ['stream_realip_module'],
  ]),
  ...table('without', 'static', [
    ['http_access_module'],
    ['http_auth_basic_module'],
    ['http_autoindex_module'],
    ['http_browser_module'],
    ['http_charset_module'],
    ['http_empty_gif_module'],
    ['http_fastcgi_module'],
    ['http_geo_module'],
    ['http_grpc_module', { needs: ['http_v2_module'] }],
    ['http_gzip_module'],
    ['http_limit_conn_module'],
    ['http_limit_req_module'],
    ['http_map_module', { essential: 'the sample configuration chooses what to log with it' }],
    ['http_memcached_module'],
    ['http_mirror_module'],
    ['http_proxy_module'],
    ['http_referer_module'],
    ['http_rewrite_module', { essential: 'the sample configuration answers the health check with it' }],
    ['http_scgi_module'],
    ['http_split_clients_module'],
    ['http_ssi_module'],
    ['http_upstream_hash_module'],
    ['http_upstream_ip_hash_module'],
    ['http_upstream_keepalive_module'],
    ['http_upstream_least_conn_module'],
    ['http_upstream_random_module'],
    ['http_upstream_sticky_module', { since: '1.31' }],
    ['http_upstream_zone_module'],
    ['http_userid_module'],
    ['http_uwsgi_module'],
    ['http_array_var_module'],
    ['http_coolkit_module'],
    ['http_echo_module'],
    ['http_encrypted_session_module'],
    ['http_form_input_module'],
    ['http_headers_more_module'],
    ['http_lua_module', { essential: SMOKE }],
    ['http_lua_upstream_module'],
    ['http_memc_module'],
    ['http_redis_module'],
    ['http_redis2_module'],
    ['http_set_misc_module'],
    ['http_srcache_module'],
    ['http_xss_module'],
    ['stream_access_module'],
    ['stream_geo_module'],
    ['stream_limit_conn_module'],
    ['stream_lua_module'],
    ['stream_map_module'],
    ['stream_pass_module'],
    ['stream_return_module'],
    ['stream_set_module'],
    ['stream_split_clients_module'],
    ['stream_upstream_hash_module'],
    ['stream_upstream_least_conn_module'],
    ['stream_upstream_random_module'],
    ['stream_upstream_zone_module'],
    ['lua_cjson'],
    ['lua_redis_parser'],
    ['lua_tablepool'],
    ['lua_resty_core', { essential: SMOKE }],
    ['lua_resty_dns'],
    ['lua_resty_limit_traffic'],
    ['lua_resty_lock'],
    ['lua_resty_lrucache', { essential: 'lua-resty-core needs it' }],
    ['lua_resty_memcached'],
    ['lua_resty_mysql'],
    ['lua_resty_redis'],
    ['lua_resty_shell', { needs: ['lua_resty_signal', 'lua_tablepool'] }],
    ['lua_resty_signal'],
    ['lua_resty_string'],
    ['lua_resty_upload'],
    ['lua_resty_upstream_healthcheck'],
    ['lua_resty_websocket'],
  ]),
  ...table('without', 'off', [
    ['http_rds_csv_module'],
    ['http_rds_json_module'],
    ['lua_rds_parser'],
    ['mail_imap_module'],
    ['mail_pop3_module'],
    ['mail_smtp_module'],
  ]),
]);

/** What every build needs, whatever its features. */
export const BASE_PACKAGES: Readonly<Record<'alpine' | 'debian', FeaturePackages>> = {
  alpine: {
    build: ['build-base', 'coreutils', 'linux-headers', 'patch', 'perl', 'zlib-dev'],
    run: ['ca-certificates', 'libgcc', 'tzdata', 'zlib'],
  },
  debian: {
    build: ['gcc', 'libc6-dev', 'make', 'patch', 'perl', 'zlib1g-dev'],
    run: ['ca-certificates', 'libgcc-s1', 'tzdata', 'zlib1g'],
  },
};

/** Packages that a Debian suite calls otherwise: the 64-bit time transition renamed some in trixie. */
export const DEBIAN_RENAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  trixie: { libgeoip1: 'libgeoip1t64' },
};
