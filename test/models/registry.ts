import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { ShellResult } from '../../src/runtime/edges/shell';

/** An image of one platform under one tag. */
interface ModelImage {
  readonly os: string;
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
}

const sha = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/**
 * Registries behind `docker buildx imagetools`: what its inspect and create would
 * print, as the engine tests see them print it.
 */
export class ModelRegistry {
  /** Digest by `reference:tag`. */
  readonly tags = new Map<string, string>();
  private readonly images = new Map<string, ModelImage[]>();
  /** Runs before a command; what it returns is the command's answer. */
  before: (args: readonly string[]) => ShellResult | undefined = () => undefined;
  /** Calls of `imagetools create` that push, and of inspect, in order: `create r:t`, `inspect r:t`. */
  readonly log: string[] = [];

  /** Puts an image of one platform under a tag. */
  push(tag: string, architecture: string, labels: Readonly<Record<string, string>> = {}): string {
    const image: ModelImage = { os: 'linux', architecture, labels };
    const digest = sha(JSON.stringify([tag, image]));
    this.images.set(digest, [image]);
    this.tags.set(tag, digest);
    return digest;
  }

  /** Platforms of what a tag names. */
  platforms(tag: string): string[] {
    return (this.images.get(this.tags.get(tag) ?? '') ?? []).map(({ os, architecture }) => `${os}/${architecture}`);
  }

  /** Answers one command. */
  answer = (command: readonly string[]): ShellResult => {
    const [, , , verb, ...args] = command;
    const refused = this.before([verb, ...args]);
    if (refused) return refused;
    return verb === 'inspect' ? this.inspect(args[0]) : this.create(args);
  };

  private inspect(reference: string): ShellResult {
    this.log.push(`inspect ${reference}`);
    const digest = this.tags.get(reference);
    const images = digest && this.images.get(digest);
    if (!images) return { code: 1, stdout: '', stderr: `ERROR: ${reference}: not found\n` };
    const manifests = images.map(({ os, architecture }) => ({ platform: { os, architecture } }));
    const configs = images.map(({ os, architecture, labels }) => ({ os, architecture, config: { Labels: labels } }));
    const image = configs.length === 1 ? configs[0] : Object.fromEntries(configs.map((c) => [`${c.os}/${c.architecture}`, c]));
    return { code: 0, stdout: JSON.stringify({ manifest: { digest, manifests }, image }), stderr: '' };
  }

  private create(args: readonly string[]): ShellResult {
    const value = (flag: string) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
    const sources = args.filter((word) => /@sha256:/.test(word));
    const images = sources.flatMap((source) => this.images.get(source.split('@')[1]) ?? []);
    const index = JSON.stringify({
      annotations: args.filter((word) => word.startsWith('index:')),
      sources: sources.map((s) => s.split('@')[1]),
    });
    if (args.includes('--dry-run')) return { code: 0, stdout: index, stderr: '' };
    const digest = sha(index);
    const tag = value('--tag') ?? '';
    this.log.push(`create ${tag}`);
    this.images.set(digest, images);
    this.tags.set(tag, digest);
    writeFileSync(value('--metadata-file') ?? '', JSON.stringify({ 'containerimage.descriptor': { digest } }));
    return { code: 0, stdout: '', stderr: '' };
  }
}
