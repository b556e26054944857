import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { ShellResult } from '../../src/runtime/edges/shell';

const sha = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** How an image is pushed, where it is not as usual. */
export interface ModelPush {
  /** What its config says it was built for; default: what the index says. */
  readonly builtFor?: string;
  /** When its config says it was built. */
  readonly created?: string;
  /** Differs from build to build, as the times in an attestation do. Without it there is none, and no index. */
  readonly attestation?: string;
}

interface ModelConfig {
  readonly os: string;
  readonly architecture: string;
  readonly created?: string;
  readonly config: { readonly Labels: Readonly<Record<string, string>> };
}

interface ModelDescriptor {
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

interface ModelManifest {
  readonly manifests?: readonly ModelDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly config?: ModelDescriptor;
}

/**
 * Registries behind `docker buildx imagetools`: what its inspect and create would
 * print, as the engine tests see them print it. Contents are addressed by digest and
 * shared by all repositories.
 */
export class ModelRegistry {
  /** Digest by `reference:tag`. */
  readonly tags = new Map<string, string>();
  /** Manifests, indexes and configs by digest. */
  readonly contents = new Map<string, string>();
  /** Runs before a command; what it returns is the command's answer. */
  before: (args: readonly string[]) => ShellResult | undefined = () => undefined;
  /** Calls of `imagetools create` that push, and of inspect, in order: `create r:t`, `inspect r:t`. */
  readonly log: string[] = [];

  private add(content: object): ModelDescriptor {
    const text = JSON.stringify(content);
    this.contents.set(sha(text), text);
    return { digest: sha(text), size: text.length };
  }

  private get<T>(digest: string): T | undefined {
    const text = this.contents.get(digest);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  /** Puts an image of one platform under a tag. */
  push(tag: string, architecture: string, labels: Readonly<Record<string, string>> = {}, how: ModelPush = {}): string {
    const config: ModelConfig = {
      os: 'linux',
      architecture: how.builtFor ?? architecture,
      ...(how.created ? { created: how.created } : {}),
      config: { Labels: labels },
    };
    const image = { ...this.add({ config: this.add(config), layers: [] }), platform: { os: 'linux', architecture } };
    const manifests: ModelDescriptor[] = [image];
    if (how.attestation !== undefined) {
      const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': image.digest };
      const layers = [
        { digest: sha(how.attestation), size: 1, annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' } },
      ];
      manifests.push({ ...this.add({ layers }), annotations, platform: { os: 'unknown', architecture: 'unknown' } });
    }
    const { digest } = this.add({ manifests });
    this.tags.set(tag, digest);
    return digest;
  }

  private entries(digest: string): readonly ModelDescriptor[] {
    return this.get<ModelManifest>(digest)?.manifests ?? [];
  }

  /** Digest of each platform's image of what a tag names. */
  images(tag: string): Record<string, string> {
    const images = this.entries(this.tags.get(tag) ?? '').filter(({ annotations }) => annotations === undefined);
    return Object.fromEntries(images.map(({ platform, digest }) => [`${platform?.os}/${platform?.architecture}`, digest]));
  }

  /** Platforms of what a tag names. */
  platforms(tag: string): string[] {
    return Object.keys(this.images(tag));
  }

  /** Answers one command. */
  answer = (command: readonly string[]): ShellResult => {
    const [, , , verb, ...args] = command;
    const refused = this.before([verb, ...args]);
    if (refused) return refused;
    return verb === 'inspect' ? this.inspect(args) : this.create(args);
  };

  private inspect([reference, ...how]: readonly string[]): ShellResult {
    this.log.push(`inspect ${reference}`);
    const digest = reference.split('@')[1] ?? this.tags.get(reference) ?? '';
    const text = this.contents.get(digest);
    if (text === undefined) return { code: 1, stdout: '', stderr: `ERROR: ${reference}: not found\n` };
    if (how.includes('--raw')) return { code: 0, stdout: text, stderr: '' };
    const manifest = JSON.parse(text) as ModelManifest;
    const configs: Record<string, ModelConfig> = {};
    for (const entry of manifest.manifests ?? []) {
      const child = this.get<ModelManifest>(entry.digest);
      if (!child) return { code: 1, stdout: '', stderr: `ERROR: content at ${entry.digest} not found: not found\n` };
      const config = entry.annotations ? undefined : this.get<ModelConfig>(child.config?.digest ?? '');
      if (config) configs[`${entry.platform?.os}/${entry.platform?.architecture}`] = config;
    }
    const all = Object.values(configs);
    const image = manifest.config ? this.get(manifest.config.digest) : all.length === 1 ? all[0] : configs;
    return { code: 0, stdout: JSON.stringify({ manifest: { digest, ...manifest }, image }), stderr: '' };
  }

  private create(args: readonly string[]): ShellResult {
    const values = (flag: string) => args.flatMap((word, i) => (word === flag ? [args[i + 1]] : []));
    const sources = args.filter((word) => /@sha256:/.test(word)).map((source) => source.split('@')[1]);
    const annotations = Object.fromEntries(
      values('--annotation').map((word) => {
        const [key, ...value] = word.replace(/^index:/, '').split('=');
        return [key, value.join('=')];
      }),
    );
    const asIs = sources.length === 1 && Object.keys(annotations).length === 0 ? this.contents.get(sources[0]) : undefined;
    const index = asIs ?? JSON.stringify({ manifests: sources.flatMap((source) => this.entries(source)), annotations });
    if (args.includes('--dry-run')) return { code: 0, stdout: index, stderr: '' };
    const digest = sha(index);
    this.contents.set(digest, index);
    for (const tag of values('--tag')) {
      this.log.push(`create ${tag}`);
      this.tags.set(tag, digest);
    }
    writeFileSync(values('--metadata-file')[0], JSON.stringify({ 'containerimage.descriptor': { digest } }));
    return { code: 0, stdout: '', stderr: '' };
  }
}
