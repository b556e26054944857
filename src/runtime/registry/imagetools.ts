import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchImage, PlatformImage } from '../../core/merge';
import type { Shell } from '../edges/shell';
import { Refusal } from '../failure';

/** An index to be made from images that a registry has. */
export interface IndexRequest {
  /** `reference@digest` of each image or index whose images it is to hold. */
  readonly sources: readonly string[];
  /** Annotations of the index itself. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Registries, through `docker buildx imagetools`. Every call throws Refusal if the registry does not answer clearly. */
export interface ImageTools {
  /** What a reference names now, or undefined if the registry says that there is none. */
  inspect(reference: string): Promise<ArchImage | undefined>;
  /** The index as it would be pushed. Nothing is pushed. */
  preview(request: IndexRequest): Promise<unknown>;
  /**
   * Copies what is missing beside the target, then puts the index under the target's tag.
   * @param target `reference:tag`
   * @returns digest of the index
   */
  create(target: string, request: IndexRequest): Promise<string>;
}

/** Marks entries of an index that are no image (BuildKit, "Image attestation storage"). */
const ATTESTATION_TYPE = 'vnd.docker.reference.type';

/** What `imagetools inspect` prints with the format below. */
interface Inspected {
  readonly manifest: {
    readonly digest: string;
    readonly manifests?: readonly { readonly annotations?: Readonly<Record<string, string>>; readonly platform?: Platform }[];
  };
  /** One image's config, or several by platform. */
  readonly image: ImageConfigJson | Readonly<Record<string, ImageConfigJson>>;
}

interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

interface ImageConfigJson extends Platform {
  readonly config?: { readonly Labels?: Readonly<Record<string, string>> };
}

const FORMAT = '{"manifest":{{json .Manifest}},"image":{{json .Image}}}';

function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}

/** The images in what buildx printed. Platforms come from the index where there is one: two entries of one platform must be seen. */
export function imagesOf({ manifest, image }: Inspected): PlatformImage[] {
  const single = typeof image.architecture === 'string' ? (image as ImageConfigJson) : undefined;
  const labels = (platform: string) => (single ?? (image as Readonly<Record<string, ImageConfigJson>>)[platform])?.config?.Labels ?? {};
  if (!manifest.manifests) return single ? [{ platform: platformName(single), labels: labels('') }] : [];
  return manifest.manifests
    .filter(({ annotations }) => annotations?.[ATTESTATION_TYPE] === undefined)
    .map(({ platform }) => {
      const name = platform ? platformName(platform) : 'unknown';
      return { platform: name, labels: labels(name) };
    });
}

/**
 * @param buildx the buildx program itself, or undefined for the plugin of `docker`
 */
export function imageTools(shell: Shell, buildx: string | undefined): ImageTools {
  const [command, first] = buildx ? [buildx, []] : ['docker', ['buildx']];
  const run = (args: readonly string[]) => shell.run(command, [...first, 'imagetools', ...args]);

  async function succeed(args: readonly string[], what: string): Promise<string> {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) throw new Refusal(`${what}: ${lastLine(stderr)}`);
    return stdout;
  }

  const createArgs = ({ sources, annotations }: IndexRequest) => [
    ...Object.entries(annotations).flatMap(([key, value]) => ['--annotation', `index:${key}=${value}`]),
    ...sources,
  ];

  return {
    async inspect(reference) {
      const { code, stdout, stderr } = await run(['inspect', reference, '--format', FORMAT]);
      if (code === 0) {
        const inspected = JSON.parse(stdout) as Inspected;
        return { digest: inspected.manifest.digest, images: imagesOf(inspected) };
      }
      if (/: not found$/.test(stderr.trimEnd())) return undefined;
      const unknown = /denied|forbidden|unauthorized/i.test(stderr)
        ? ' Either the log-in may not read it, or it was never built: GHCR answers alike.'
        : '';
      throw new Refusal(`Cannot read ${reference}: ${lastLine(stderr)}.${unknown}`);
    },

    async preview(request) {
      return JSON.parse(await succeed(['create', '--dry-run', ...createArgs(request)], 'Cannot put the index together')) as unknown;
    },

    async create(target, request) {
      const folder = mkdtempSync(join(tmpdir(), 'spot-image-merge-'));
      try {
        const file = join(folder, 'metadata.json');
        await succeed(['create', '--tag', target, '--metadata-file', file, ...createArgs(request)], `Cannot push ${target}`);
        const metadata = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { digest: string }>;
        return metadata['containerimage.descriptor'].digest;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** buildx ends with the error; before it there may be progress. */
function lastLine(stderr: string): string {
  return (
    stderr
      .trimEnd()
      .split('\n')
      .pop()
      ?.replace(/^ERROR: /, '') || 'buildx gave no reason'
  );
}
