/** What the stories of the image share: everything that a build needs, on loopback. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { OpenRestyConfig } from '../../../src/core/config';
import type { ArchiveOptions, ModuleOptions, OpenRestyImageProjectOptions } from '../../../src/core/options';
import { resolveOpenRestyConfig } from '../../../src/core/resolve';
import { OpenRestyImageProject } from '../../../src/synth/project/openresty-image-project';
import { synthesize } from '../../support/synth';
import {
  type BuildKit,
  debianBase,
  type Mirror,
  openrestySources,
  type Registry,
  type Result,
  type Sources,
  startBuildKit,
  startMirror,
  startRegistry,
  versions,
} from '..';
import { folderWith } from '../folder';

/** The stand-in's version, and the one it is bumped to. */
export const RELEASE = '1.99.0.1';
export const NEXT_RELEASE = '1.99.0.2';

/** What a build job of the workflows passes to bake. */
export const RUN_FACTS = {
  TAG: 'v1.0.0',
  REVISION: '0123456789abcdef0123456789abcdef01234567',
  CREATED: '2026-01-02T03:04:05Z',
  SOURCE_DATE_EPOCH: `${Date.UTC(2026, 0, 2, 3, 4, 5) / 1000}`,
};

/** The engines of a story. */
export interface ImageSite {
  readonly registry: Registry;
  readonly buildkit: BuildKit;
  readonly sources: Sources;
  /** Serves `sources`, under the last part of whatever path is asked for. */
  readonly mirror: Mirror;
  stop(): Promise<void>;
}

/** Starts them; of the base only for these platforms. */
export async function startImageSite(platforms: readonly string[], release = RELEASE): Promise<ImageSite> {
  const sources = await openrestySources(release);
  const registry = await startRegistry();
  await debianBase(registry.host, platforms);
  const mirror = await startMirror(sources.folder);
  const buildkit = await startBuildKit({ registryHost: registry.host, platforms });
  return {
    registry,
    buildkit,
    sources,
    mirror,
    stop: async () => {
      await buildkit.stop();
      await mirror.stop();
      await registry.stop();
    },
  };
}

/** The archives that no catalogue has, as a user gives them. */
export function ownArchives({ sources: { files, sha256 } }: ImageSite): Record<'openresty' | 'patch', ArchiveOptions> {
  const archive = (part: 'openresty' | 'patch') => ({ url: `https://example.com/${files[part]}`, checksum: `sha256:${sha256[part]}` });
  return { openresty: archive('openresty'), patch: archive('patch') };
}

/** DianPlus's image on Debian, from the site's mirror: all that a user would change to build it here. */
export function imageOptions(site: ImageSite, changes: Partial<OpenRestyImageProjectOptions> = {}): OpenRestyImageProjectOptions {
  const { registry, mirror, sources } = site;
  const { openresty, patch } = ownArchives(site);
  return {
    name: 'openresty',
    owner: 'dianplus',
    registry: registry.host,
    layout: { preset: 'dianplus' },
    base: { family: 'debian', version: versions.debian },
    mirrors: Object.fromEntries(['github.com', 'example.com'].map((host) => [`https://${host}/`, `${mirror.url}/`])),
    ...changes,
    openresty: {
      version: sources.versions.openresty,
      source: openresty,
      // by version alone: the archives have the very checksums of the catalogue
      openssl: { version: sources.versions.openssl, patch },
      pcre2: { version: sources.versions.pcre2 },
      ...changes.openresty,
    },
  };
}

/** Modules from elsewhere, as a user adds them: one to load, one linked in. */
export function otherModules({ sources, mirror }: ImageSite): ModuleOptions[] {
  const fancyindex = sources.modules.find(({ name }) => name === 'ngx-fancyindex');
  if (!fancyindex) throw new Error('the sources lack ngx-fancyindex');
  const small = archiveOf({ 'm/src/config': SMALL_CONFIG, 'm/src/small.c': SMALL_C });
  mirror.replace('/small.tar.gz', small);
  return [
    { name: 'ngx_http_fancyindex_module', url: `https://example.com/${fancyindex.file}`, checksum: `sha256:${fancyindex.sha256}` },
    { name: 'ngx_http_small_module', url: 'https://example.com/small.tar.gz', checksum: sha256(small), path: 'src', dynamic: false },
  ];
}

/** The smallest HTTP module: it does nothing. */
const SMALL_CONFIG = `ngx_addon_name=ngx_http_small_module
ngx_module_type=HTTP
ngx_module_name=$ngx_addon_name
ngx_module_srcs=$ngx_addon_dir/small.c
. auto/module
`;
const SMALL_C = `#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

static ngx_http_module_t ngx_http_small_module_ctx;
static ngx_command_t ngx_http_small_commands[] = { ngx_null_command };

ngx_module_t ngx_http_small_module = {
    NGX_MODULE_V1, &ngx_http_small_module_ctx, ngx_http_small_commands, NGX_HTTP_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING
};
`;

/** A `.tar.gz` with these files; the same files give the same bytes. */
function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rwX,go+rX,go-w'];
  return gzipSync(execFileSync('tar', ['-c', ...fixed, '-C', folderWith(files), 'm']));
}

/** A checksum as the options want it. */
export function sha256(bytes: string | Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A project's folder `docker`, as generated, in a new folder. */
export function writeProject(options: OpenRestyImageProjectOptions): { folder: string; config: OpenRestyConfig } {
  const files = synthesize((outdir) => new OpenRestyImageProject({ ...options, outdir }));
  const build = Object.entries(files).filter(([file]) => file.startsWith('docker/'));
  return { folder: folderWith(Object.fromEntries(build)), config: resolveOpenRestyConfig(options) };
}

/** How a build differs from the usual one. */
interface BakeChanges {
  /** More words of the command. */
  readonly words?: readonly string[];
  /** Facts of another run. */
  readonly facts?: Partial<typeof RUN_FACTS>;
}

/** `docker buildx bake` as a build job calls it. Never throws for its exit code. */
export function bake(buildkit: BuildKit, folder: string, target: string, { words = [], facts }: BakeChanges = {}): Promise<Result> {
  const args = ['bake', '--file', 'docker/docker-bake.json', '--progress', 'plain', ...words, target];
  return buildkit.buildx(args, { cwd: folder, env: { ...RUN_FACTS, ...facts }, allowFailure: true });
}

/** A step of a build, from BuildKit's plain output. */
export interface Step {
  /** `openssl 3/3`: the stage, and which of its steps. */
  readonly name: string;
  readonly cached: boolean;
}

/**
 * The steps of the stages, in the order BuildKit names them first, without those
 * that only name an image. A hit in this machine's cache is called CACHED; of one
 * in the registry's cache BuildKit only shows how the layers are fetched. It names
 * an `ADD` twice, for the download and for the copy: one hit makes the step a hit.
 */
export function stepsOf({ output }: Result): Step[] {
  const names = new Map<string, string>();
  const cached = new Set<string>();
  for (const line of output.split('\n')) {
    const step = /^#(\d+) \[(?:\S+\/\S+ )?([a-z0-9-]+) +(\d+\/\d+)\] (?!FROM )/.exec(line);
    if (step) names.set(step[1], `${step[2]} ${step[3]}`);
    const hit = /^#(\d+) (?:CACHED|sha256:|extracting )/.exec(line);
    if (hit) cached.add(names.get(hit[1]) ?? '');
  }
  return [...new Set(names.values())].map((name) => ({ name, cached: cached.has(name) }));
}
