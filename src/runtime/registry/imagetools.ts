import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Content } from '../../core/merge/content';
import { lastLine, type Shell, type ShellResult } from '../edges/shell';
import { Refusal } from '../failure';
import { contentOf, digestOf, INSPECT_FORMAT, type Inspected, indexOf, type Manifest } from './manifest';

const reasonOf = (stderr: string) => lastLine(stderr, 'ERROR: ', 'buildx');

/** An index to be made from images that a registry has. */
export interface IndexRequest {
  /** `reference@digest` of each image or index whose images it is to hold. */
  readonly sources: readonly string[];
  /** Annotations of the index itself. One source without any is taken over as it is, digest included. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Registries, through `docker buildx imagetools`. Every call throws Refusal if the registry does not answer clearly. */
export interface ImageTools {
  /** What a reference names now, with the images' configs; undefined if the registry says that there is none. */
  inspect(reference: string): Promise<Content | undefined>;
  /** The same without configs, where it is an index: fewer requests, and an index that lacks an image can be read. */
  look(reference: string): Promise<Content | undefined>;
  /** Digest under a reference now, or undefined if the registry says that there is none. */
  digest(reference: string): Promise<string | undefined>;
  /** One manifest, or undefined if the registry says that there is none. */
  manifest(reference: string): Promise<Manifest | undefined>;
  /** The index as it would be pushed. Nothing is pushed. */
  preview(request: IndexRequest): Promise<unknown>;
  /**
   * Copies what is missing beside the targets, then puts the index under their tags, one after another.
   * @param targets `reference:tag`, all of one repository
   * @returns digest of the index
   */
  create(targets: readonly string[], request: IndexRequest): Promise<string>;
}

/**
 * @param buildx the buildx program itself, or undefined for the plugin of `docker`
 */
export function imageTools(shell: Shell, buildx: string | undefined): ImageTools {
  const [command, first] = buildx ? [buildx, []] : ['docker', ['buildx']];
  const run = (args: readonly string[]) => shell.run(command, [...first, 'imagetools', ...args]);

  async function succeed(args: readonly string[], what: string): Promise<string> {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) throw new Refusal(`${what}: ${reasonOf(stderr)}`);
    return stdout;
  }

  /** What `inspect` prints, or undefined if the registry says explicitly that there is none. */
  async function read(reference: string, ...how: readonly string[]): Promise<string | undefined> {
    const result = await run(['inspect', reference, ...how]);
    if (result.code === 0) return result.stdout;
    if (saysAbsent(result, reference)) return undefined;
    const unknown = /denied|forbidden|unauthorized/i.test(result.stderr)
      ? ' Either the log-in may not read it, or it was never built: GHCR answers alike.'
      : '';
    throw new Refusal(`Cannot read ${reference}: ${reasonOf(result.stderr)}.${unknown}`);
  }

  async function inspect(reference: string): Promise<Content | undefined> {
    const text = await read(reference, '--format', INSPECT_FORMAT);
    return text === undefined ? undefined : contentOf(JSON.parse(text) as Inspected);
  }

  const raw = (reference: string) => read(reference, '--raw');

  const createArgs = ({ sources, annotations }: IndexRequest) => [
    ...Object.entries(annotations).flatMap(([key, value]) => ['--annotation', `index:${key}=${value}`]),
    ...sources,
  ];

  return {
    inspect,

    async look(reference) {
      const text = await raw(reference);
      return text === undefined ? undefined : (indexOf(text) ?? inspect(reference));
    },

    async digest(reference) {
      const text = await raw(reference);
      return text === undefined ? undefined : digestOf(text);
    },

    async manifest(reference) {
      const text = await raw(reference);
      return text === undefined ? undefined : (JSON.parse(text) as Manifest);
    },

    async preview(request) {
      return JSON.parse(await succeed(['create', '--dry-run', ...createArgs(request)], 'Cannot put the index together')) as unknown;
    },

    async create(targets, request) {
      const folder = mkdtempSync(join(tmpdir(), 'spot-image-merge-'));
      try {
        const file = join(folder, 'metadata.json');
        const tags = targets.flatMap((target) => ['--tag', target]);
        await succeed(['create', ...tags, '--metadata-file', file, ...createArgs(request)], `Cannot push ${targets.join(', ')}`);
        const metadata = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { digest: string }>;
        return metadata['containerimage.descriptor'].digest;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** "Not found" of the very thing that was asked for: of a part of it, it means that the thing is there and broken. */
function saysAbsent({ stderr }: ShellResult, reference: string): boolean {
  return reasonOf(stderr) === `${reference}: not found`;
}
