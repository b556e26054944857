import { describe, expect, it } from 'vitest';
import type { OpenRestyConfig } from '../../../src/core/config';
import type { OpenRestyImageProjectOptions } from '../../../src/core/options';
import { renderDockerfile } from '../../../src/synth/image/dockerfile';
import { openRestyConfig } from '../../support/config';
import { diffLines } from '../../support/diff-lines';

const SHA512 = `sha512:${'ab'.repeat(64)}`;
const MODULE = {
  name: 'ngx_http_example_module',
  url: 'https://example.com/m.tar.gz',
  checksum: `sha256:${'cd'.repeat(32)}`,
  path: 'src/example',
};
const LIBRARY = { name: 'lua-resty-example', url: 'https://example.com/l.tar.gz', checksum: `sha256:${'ef'.repeat(32)}` };

/** The stages of a Dockerfile by name, in order; each from its FROM to the next one's. */
function stagesOf(config: OpenRestyConfig): Map<string, string> {
  const parts = renderDockerfile(config).split(/^(?:# .*\n)*(?=FROM )/m);
  return new Map(parts.map((part) => [/^FROM \S+(?: AS (\S+))?/.exec(part)?.[1] ?? 'last', part]));
}

function stage(name: string, options: Partial<OpenRestyImageProjectOptions> = {}): string {
  const text = stagesOf(openRestyConfig(options)).get(name);
  if (text === undefined) throw new Error(`there is no stage ${name}`);
  return text;
}

describe('stages', () => {
  it('end with the image, so that a build without a target gives it and not its test', () => {
    const names = [...stagesOf(openRestyConfig()).keys()];
    expect(names).toEqual(['base', 'toolchain', 'openssl', 'pcre2', 'openresty', 'image', 'smoke', 'last']);
    expect(stage('last').trim()).toBe('FROM image');
  });

  it('fetch modules and Lua libraries only where there are some', () => {
    expect([...stagesOf(openRestyConfig({ openresty: { luaLibraries: [LIBRARY] } })).keys()]).toContain('modules');
    expect(stage('openresty', { openresty: { luaLibraries: [LIBRARY] } })).toContain(
      'COPY --from=modules /lualib /rootfs/usr/local/openresty/site/lualib',
    );
  });

  it.each([
    ['another release', { openresty: { version: '1.27.1.2', openssl: { version: '3.5.7' }, pcre2: { version: '10.47' } } }],
    ['a feature without packages', { openresty: { features: { http_dav_module: 'off' } } }],
    ['a module', { openresty: { modules: [MODULE] } }],
    ['another title', { title: 'Other' }],
    ['another user', { layout: { uid: 102 } }],
  ])('of the libraries are not touched by %s', (_, options) => {
    const base = { family: 'debian' }; // Alpine's version goes with the release
    for (const name of ['base', 'toolchain', 'openssl', 'pcre2']) {
      expect(stage(name, { base, openresty: { version: '1.31.1.1' }, ...options })).toBe(
        stage(name, { base, openresty: { version: '1.31.1.1' } }),
      );
    }
  });

  it('before the labels know nothing of the commit', () => {
    expect(renderDockerfile(openRestyConfig())).not.toMatch(/^(ARG|WORKDIR) /m);
  });
});

describe('downloads', () => {
  const config = { openresty: { modules: [MODULE, { ...MODULE, name: 'ngx_other_module', checksum: SHA512 }], luaLibraries: [LIBRARY] } };

  it('are verified, every one of them', () => {
    const lines = renderDockerfile(openRestyConfig(config)).split('\n');
    const adds = lines.filter((line) => line.startsWith('ADD '));
    const unverified = adds.filter((line) => !/^ADD --checksum=sha256:[0-9a-f]{64} /.test(line));
    expect(adds).toHaveLength(7);
    expect(unverified).toEqual(['ADD https://example.com/m.tar.gz /archives/modules/ngx_other_module.tar.gz']);
  });

  it('with a SHA-512 are verified by the script that uses them, before it does', () => {
    const script = stage('modules', config).split('/archives/modules/ngx_other_module.tar.gz\n')[1];
    expect(script.split('\n').slice(2, 5)).toEqual([
      `echo '${'ab'.repeat(64)}  /archives/modules/ngx_other_module.tar.gz' > /archives/modules/ngx_other_module.tar.gz.sum`,
      'sha512sum -c /archives/modules/ngx_other_module.tar.gz.sum',
      'mkdir -p /modules/ngx_other_module',
    ]);
  });

  it('come from the mirror', () => {
    const hosts = ['openresty.org', 'github.com', 'raw.githubusercontent.com'];
    const text = renderDockerfile(
      openRestyConfig({ mirrors: Object.fromEntries(hosts.map((host) => [`https://${host}/`, 'http://127.0.0.1:8080/'])) }),
    );
    expect(text.match(/^ADD .*/gm)?.filter((line) => !line.includes(' http://127.0.0.1:8080/'))).toEqual([]);
  });
});

describe('what is compiled', () => {
  it('are the modules, linked in or loadable', () => {
    const modules = [MODULE, { ...MODULE, name: 'ngx_linked_module', dynamic: false, path: undefined }];
    const text = stage('openresty', { openresty: { modules } });
    expect(text).toContain('--add-dynamic-module=/modules/ngx_http_example_module/src/example \\\n');
    expect(text).toContain('--add-module=/modules/ngx_linked_module\n');
  });

  it('are the flags of the config, one word each', () => {
    const config = openRestyConfig({ openresty: { luajitFlags: ['-DA=1', '-DB'] } });
    const text = stagesOf(config).get('openresty') ?? '';
    expect(text).toContain("'--with-luajit-xcflags=-DA=1 -DB' \\\n");
    for (const flag of config.openresty.configureFlags) expect(text).toMatch(new RegExp(`^  ${flag}( \\\\)?$`, 'm'));
  });

  it('is dated by the release', () => {
    expect(stage('openresty', { openresty: { version: '1.27.1.2' } })).toContain(
      `export SOURCE_DATE_EPOCH=${Date.UTC(2025, 2, 4) / 1000}\n`,
    );
  });
});

describe('layout', () => {
  it('upstream: everything is in the prefix, so one copy does', () => {
    expect(stage('image').match(/^COPY --from.*$/gm)).toEqual(['COPY --from=openresty /rootfs/usr/local/openresty /usr/local/openresty']);
    expect(stage('image')).toContain(
      'ENV PATH="$PATH:/usr/local/openresty/luajit/bin:/usr/local/openresty/nginx/sbin:/usr/local/openresty/bin"',
    );
  });

  it('dianplus: each folder goes to its place', () => {
    const text = stage('image', { layout: { preset: 'dianplus' } });
    expect(text.match(/^COPY --from=openresty \/rootfs(\S+) \1$/gm)).toHaveLength(4);
    expect(text).toContain('COPY --chmod=u=rwX,go=rX nginx.conf /etc/openresty/nginx.conf');
    expect(text).toContain('CMD ["/usr/sbin/nginx", "-g", "daemon off;"]');
    expect(text).toContain('USER 101:101');
    expect(text).toContain('STOPSIGNAL SIGQUIT');
    expect(stage('openresty', { layout: { preset: 'dianplus' } })).toContain('  --modules-path=/usr/lib/openresty/modules \\\n');
  });

  it('makes the user before the packages, which may make some themselves', () => {
    const text = stage('image');
    expect(text.indexOf('>> /etc/passwd')).toBeLessThan(text.indexOf('apk add'));
  });

  it("lets LuaJIT find the distribution's Lua packages where there are some", () => {
    expect(stage('image')).not.toContain('/usr/local/share/lua');
    expect(stage('image', { openresty: { packages: ['lua5.1-socket'] } })).toContain('ln -s /usr/share/lua/5.1 /usr/local/share/lua/5.1');
  });
});

describe('labels', () => {
  it('name the image, its base and the parts', () => {
    const digest = `sha256:${'12'.repeat(32)}`;
    const text = stage('image', {
      title: 'Our "proxy"'.replace(/"/g, "'"),
      base: { version: '3.23.5', digest },
      openresty: { modules: [MODULE] },
    });
    expect(text).toContain(`org.opencontainers.image.title="Our 'proxy'" \\`);
    expect(text).toContain('org.opencontainers.image.base.name="docker.io/library/alpine:3.23.5" \\');
    expect(text).toContain(`org.opencontainers.image.base.digest="${digest}" \\`);
    expect(text).toContain('resty_version="1.31.1.1" \\');
    expect(text).toContain('resty_modules="ngx_http_example_module=https://example.com/m.tar.gz"');
  });

  it.each([
    [{ repository: 'mirror.example/library/alpine' }, 'mirror.example/library/alpine:3.23.5'],
    [{ repository: 'acme/alpine' }, 'docker.io/acme/alpine:3.23.5'],
  ])('name a base from elsewhere in full: %j', (base, name) => {
    expect(stage('image', { base: { version: '3.23.5', ...base } })).toContain(`base.name="${name}"`);
  });
});

describe('base families', () => {
  const render = (family: string, packageMirror?: string) =>
    renderDockerfile(
      openRestyConfig({ base: { family, packageMirror, repository: 'base', version: family === 'alpine' ? '3.23.5' : undefined } }),
    );

  it.each([undefined, 'http://mirror.example/dist'])(
    'differ in nothing but the base and the installation of packages (mirror: %s)',
    (mirror) => {
      const [alpine, debian] = diffLines(render('alpine', mirror), render('debian', mirror));
      const installs =
        /^(# hadolint ignore=DL30(08|18)|apk |apt-get|export DEBIAN_FRONTEND|rm -rf \/var\/|cp -R \/etc\/apt|find \/tmp\/apt|sed -E .* \/etc\/apk|rm (-r )?\/tmp\/(apt|repositories)| {2}[a-z0-9.+-]+( \\)?$)/;
      const base = /^FROM base:\S+ AS base$|^ {6}org\.opencontainers\.image\.base\.name=/;
      const others = [...alpine, ...debian].filter((line) => !installs.test(line) && !base.test(line));
      expect(others).toEqual([]);
      expect(alpine.filter((line) => line.startsWith('apk '))).toHaveLength(2);
      expect(debian.filter((line) => / install /.test(line))).toHaveLength(2);
    },
  );

  it('take packages from a mirror without leaving it in the image', () => {
    expect(render('alpine', 'https://mirrors.example/alpine')).toContain(
      "sed -E 's|^https?://[^/]+/alpine|https://mirrors.example/alpine|' /etc/apk/repositories > /tmp/repositories\napk add --no-cache --repositories-file /tmp/repositories \\\n",
    );
    expect(render('debian', 'http://mirrors.example/debian')).toContain('apt-get -o Dir::Etc=/tmp/apt update\n');
  });
});
