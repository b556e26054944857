/** The generated Dockerfile makes images that serve, on two platforms, and refuses what it must. */
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Container, runImage } from '..';
import { folderWith } from '../folder';
import { nativeArchitecture } from '../qemu';
import { replacements } from './image-emulated';
import {
  bake,
  type ImageSite,
  imageOptions,
  otherModules,
  ownArchives,
  RELEASE,
  RUN_FACTS,
  sha256,
  startImageSite,
  stepsOf,
  writeProject,
} from './image-site';

const NATIVE = `linux/${nativeArchitecture}`;
const FOREIGN = { name: 'arm64', platform: 'linux/arm64', cpu: 'aarch64' };

/** Features whose packages take long to install under emulation. */
const LEAN = { http_geoip_module: 'off', http_image_filter_module: 'off', http_xslt_module: 'off' };

let site: ImageSite;
beforeAll(async () => {
  site = await startImageSite([NATIVE, FOREIGN.platform]);
});
afterAll(() => site?.stop());

/** A site's own configuration, as a user mounts it: an answer that takes its time. */
const SLOW = `server {
  listen 8080;
  location / {
    content_by_lua_block {
      ngx.say('begun')
      ngx.flush(true)
      ngx.sleep(1)
      ngx.say('ended')
    }
  }
}
`;

async function start(reference: string, platform: string): Promise<Container> {
  const mounts = { '/etc/openresty/conf.d/slow.conf': path.join(folderWith({ 'slow.conf': SLOW }), 'slow.conf') };
  // the run folder is the only one that must be writable
  const container = await runImage({ reference, platform, readOnly: true, tmpfs: ['/var/run/openresty'], mounts });
  return container;
}

/** What the started image must do, on every platform. */
async function serves(container: Container): Promise<void> {
  const url = await container.port(80);
  const ready = async (): Promise<Response> =>
    fetch(`${url}/healthz`).catch(() => new Promise<Response>((resolve) => setTimeout(() => resolve(ready()), 200)));
  expect((await ready()).status).toBe(200);
  const page = await fetch(`${url}/a?b="c"`, { headers: { 'user-agent': 'story "1"' } });
  expect(await page.text()).toMatch(/^openresty serves Lua: LuaJIT 2\.1/);
  expect(page.headers.get('server')).toMatch(/^(nginx|openresty)$/);
  expect((await container.exec(['id', '-u'])).stdout.trim()).toBe('101');

  const inFlight = new Promise<string>((resolve, reject) => {
    void container.port(8080).then((slow) => {
      const request = http.get(slow, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
          if (body === 'begun\n') void container.kill('SIGQUIT');
        });
        response.on('end', () => resolve(body)).on('error', reject);
      });
      request.on('error', reject);
    });
  });
  expect(await inFlight).toBe('begun\nended\n');
  expect(await container.wait()).toBe(0);

  const logged = container
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(logged.find(({ uri }) => uri.startsWith('/a'))).toMatchObject({ status: '200', user_agent: 'story "1"' });
  expect(logged.filter(({ uri }) => uri === '/healthz')).toEqual([]);
}

describe('the native platform, from upstream archives', () => {
  it('is built, proved, pushed and started', async () => {
    const { folder, config } = writeProject(
      imageOptions(site, { openresty: { modules: otherModules(site), packages: ['lua-sec', 'lua-socket'] } }),
    );
    const smoke = await bake(site.buildkit, folder, `smoke-${nativeArchitecture}`);
    expect(smoke.code, smoke.output).toBe(0);
    const push = await bake(site.buildkit, folder, `push-${nativeArchitecture}`);
    expect(push.code, push.output).toBe(0);
    expect(stepsOf(push).filter(({ name, cached }) => /^(openssl|pcre2|openresty|image) [2-9]/.test(name) && !cached)).toEqual([]);

    const container = await start(`${config.image.reference}:${RUN_FACTS.TAG}-${nativeArchitecture}`, NATIVE);
    try {
      expect(container.image.Labels).toMatchObject({
        'org.opencontainers.image.version': RUN_FACTS.TAG,
        'org.opencontainers.image.revision': RUN_FACTS.REVISION,
        'org.opencontainers.image.created': RUN_FACTS.CREATED,
        resty_version: RELEASE,
        resty_openssl_version: site.sources.versions.openssl,
      });
      expect(container.image).toMatchObject({ User: '101:101', StopSignal: 'SIGQUIT', Cmd: ['/usr/sbin/nginx', '-g', 'daemon off;'] });
      expect(unwanted(container.rootfs)).toEqual([]);
      await serves(container);
    } finally {
      await container.stop();
    }
  });
});

/** What an installation of packages leaves behind, and files below the prefix that only a compiler, a debugger or a reader would need. */
function unwanted(rootfs: string): string[] {
  const prefix = path.join(rootfs, 'opt/openresty');
  const files = fs.readdirSync(prefix, { recursive: true, encoding: 'utf8' });
  const caches = ['var/cache/apt', 'var/lib/apt/lists'].flatMap((folder) =>
    fs.readdirSync(path.join(rootfs, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  );
  // apt leaves its locks there, which are empty
  const indexes = caches.filter((file) => fs.statSync(path.join(rootfs, file)).size > 0 && fs.statSync(path.join(rootfs, file)).isFile());
  const compiled = files.filter(
    (file) => /\.(h|a|la|pc|pod)$|(^|\/)(include|man|pkgconfig)(\/|$)/.test(file) || hasSymbols(path.join(prefix, file)),
  );
  return [...indexes, ...compiled];
}

/** Is it an ELF file with a symbol table? */
function hasSymbols(file: string): boolean {
  if (!fs.lstatSync(file).isFile()) return false;
  const bytes = fs.readFileSync(file);
  return bytes.subarray(0, 4).toString('latin1') === '\x7fELF' && bytes.includes('.symtab\0');
}

describe('an emulated platform, with libraries and compilers from outside', () => {
  it('is built, proved, pushed and started', async () => {
    const { contexts, versions } = await replacements(site.buildkit, site.registry.host, FOREIGN.platform, FOREIGN.cpu, '/opt/openresty');
    const { patch } = ownArchives(site);
    const elsewhere = { url: 'https://example.com/replaced.tar.gz', checksum: `sha256:${'0'.repeat(64)}` };
    const { folder, config } = writeProject(
      imageOptions(site, {
        architectures: [{ name: nativeArchitecture }, { name: FOREIGN.name, emulated: { on: nativeArchitecture } }],
        openresty: {
          features: LEAN,
          // the stages of these sources are replaced, the versions are those that the image must prove to have
          openssl: { version: versions.openssl, patch, source: elsewhere },
          pcre2: { version: versions.pcre2, source: elsewhere },
        },
      }),
    );
    const words = Object.entries(contexts).flatMap(([stage, context]) => [
      ...['--set', `*.contexts.${stage}=${context}`],
      ...(path.isAbsolute(context) ? [`--allow=fs.read=${context}`] : []),
    ]);
    const smoke = await bake(site.buildkit, folder, `smoke-${FOREIGN.name}`, { words });
    expect(smoke.code, smoke.output).toBe(0);
    const push = await bake(site.buildkit, folder, `push-${FOREIGN.name}`, { words });
    expect(push.code, push.output).toBe(0);

    const container = await start(`${config.image.reference}:${RUN_FACTS.TAG}-${FOREIGN.name}`, FOREIGN.platform);
    try {
      expect((await container.exec(['uname', '-m'])).stdout.trim()).toBe(FOREIGN.cpu);
      await serves(container);
    } finally {
      await container.stop();
    }
  });
});

describe('a build that must not succeed', () => {
  const fails = async (options: Parameters<typeof writeProject>[0], target: string, change?: (folder: string) => void): Promise<string> => {
    const { folder } = writeProject(options);
    change?.(folder);
    const result = await bake(site.buildkit, folder, `${target}-${nativeArchitecture}`);
    expect(result.code, result.output).not.toBe(0);
    return result.output;
  };

  it('says that an archive is not the one that was verified', async () => {
    const { url, checksum } = ownArchives(site).openresty;
    const changed = `https://example.com/changed-${path.posix.basename(url)}`;
    site.mirror.replace(`/${path.posix.basename(changed)}`, 'not the archive');
    const output = await fails(imageOptions(site, { openresty: { source: { url: changed, checksum } } }), 'image');
    expect(output).toContain('digest mismatch');
    expect(output).toContain(checksum);
  });

  it('says that an archive is not there', async () => {
    const { checksum } = ownArchives(site).openresty;
    const missing = { url: 'https://example.com/missing.tar.gz', checksum: checksum.replace(/.$/, '0') };
    const output = await fails(imageOptions(site, { openresty: { source: missing } }), 'image');
    expect(output).toMatch(/missing\.tar\.gz/);
    // up to 0.33 BuildKit compares the page that says 404 with the checksum
    expect(output).toMatch(/invalid response status 404|digest mismatch/);
  });

  it('says that the patch for OpenSSL is none', async () => {
    const page = '404: Not Found\n';
    site.mirror.replace('/page.patch', page);
    const patch = { url: 'https://example.com/page.patch', checksum: sha256(page) };
    const output = await fails(imageOptions(site, { openresty: { openssl: { version: site.sources.versions.openssl, patch } } }), 'image');
    expect(output).toContain('Only garbage was found in the patch input');
  });

  it('says what is wrong with the configuration that goes into the image', async () => {
    const output = await fails(
      imageOptions(site, { openresty: { modules: otherModules(site), packages: ['lua-sec', 'lua-socket'] } }),
      'smoke',
      (folder) => {
        fs.appendFileSync(path.join(folder, 'docker/conf.d/default.conf'), 'serve everything;\n');
      },
    );
    expect(output).toContain('smoke: FAILED: /etc/openresty/nginx.conf does not work');
    expect(output).toContain('unknown directive "serve"');
  });

  it('says that the image is not made of what it should be', async () => {
    const { patch } = ownArchives(site);
    const { openssl } = writeProject(imageOptions(site)).config.openresty;
    const other = { version: '3.5.6', patch, source: openssl.source };
    const output = await fails(imageOptions(site, { openresty: { modules: otherModules(site), openssl: other } }), 'smoke');
    expect(output).toContain('smoke: FAILED: not built with OpenSSL 3.5.6:');
  });
});
