/** What the stories of the merge share: a registry, BuildKit, images of a few bytes, and the script beside its config. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SpotImageProjectOptions } from '../../../src/core/options';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { type BuildKit, type Registry, type Result, run, startBuildKit, startRegistry, temporaryFolder } from '../index';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const MANIFEST_TYPES = [
  INDEX_TYPE,
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

const DOCKERFILE = `FROM scratch
ARG TARGETARCH REVISION=f00d BASE=sha256:b PART=1.0 BYTES=payload
COPY payload /\${TARGETARCH}
LABEL org.opencontainers.image.revision=\${REVISION} \\
      org.opencontainers.image.base.digest=\${BASE} \\
      resty_lua_version=\${PART} \\
      bytes=\${BYTES}
`;

/** An index, or a manifest, of a registry; of either what the stories read. */
export interface Served {
  readonly digest: string;
  readonly type: string;
  readonly text: string;
  readonly manifests: readonly { digest: string; platform: { architecture: string }; annotations?: Record<string, string> }[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** How an image is built, where it is not as usual. */
export interface BuildHow {
  /** Default: `linux/` and the architecture. */
  readonly platform?: string;
  /** Default: `mode=max`. */
  readonly provenance?: string;
  readonly args?: Readonly<Partial<Record<'REVISION' | 'BASE' | 'PART' | 'BYTES', string>>>;
}

/** A registry over HTTP, for what no tool would do. */
export class Repository {
  constructor(
    readonly host: string,
    readonly name: string,
  ) {}

  get reference(): string {
    return `${this.host}/${this.name}`;
  }

  private url(reference: string): string {
    return `http://${this.host}/v2/${this.name}/manifests/${reference}`;
  }

  /** What a tag or a digest names, or undefined. */
  async get(reference: string): Promise<Served | undefined> {
    const answer = await fetch(this.url(reference), { headers: { accept: MANIFEST_TYPES.join(', ') } });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`${this.url(reference)}: ${answer.status}`);
    const text = await answer.text();
    const { manifests = [], annotations = {} } = JSON.parse(text);
    const { headers } = answer;
    return { digest: headers.get('docker-content-digest') ?? '', type: headers.get('content-type') ?? '', text, manifests, annotations };
  }

  /** The same of something that must be there. */
  async must(reference: string): Promise<Served> {
    const served = await this.get(reference);
    if (!served) throw new Error(`${this.reference} has no ${reference}`);
    return served;
  }

  /** Puts a manifest under a tag. */
  async put(tag: string, text: string, type = INDEX_TYPE): Promise<void> {
    const answer = await fetch(this.url(tag), { method: 'PUT', headers: { 'content-type': type }, body: text });
    if (!answer.ok) throw new Error(`${this.url(tag)}: ${answer.status} ${await answer.text()}`);
  }

  /** Gives what a tag names another tag. */
  async retag(from: string, to: string): Promise<void> {
    const { text, type } = await this.must(from);
    await this.put(to, text, type);
  }

  /** Deletes a manifest. */
  async delete(digest: string): Promise<void> {
    const answer = await fetch(this.url(digest), { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${this.url(digest)}: ${answer.status}`);
  }

  /** Digest of each image, by architecture. */
  async images(tag: string): Promise<Record<string, string>> {
    const { manifests } = await this.must(tag);
    return Object.fromEntries(manifests.filter((one) => !one.annotations).map(({ platform, digest }) => [platform.architecture, digest]));
  }
}

/** The engines of a story. */
export interface MergeSite {
  readonly registry: Registry;
  readonly buildkit: BuildKit;
  /** `dianplus/tomcat`. */
  readonly repository: Repository;
  /** Builds and pushes `TAG-NAME`, as the workflow of one architecture does. */
  build(tag: string, name: string, how?: BuildHow): Promise<void>;
  /** Writes a script of its own config and gives its path. */
  script(options?: Partial<SpotImageProjectOptions>): string;
  /** Runs a script; never throws for its exit code. */
  run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Result>;
  stop(): Promise<void>;
}

/** Starts them. Images are from scratch: no platform needs emulation. */
export async function startMergeSite(): Promise<MergeSite> {
  const registry = await startRegistry();
  const buildkit = await startBuildKit({ registryHost: registry.host, platforms: [] });
  const folder = temporaryFolder('merge-site');
  fs.writeFileSync(path.join(folder, 'Dockerfile'), DOCKERFILE);
  fs.writeFileSync(path.join(folder, 'payload'), 'what is in the image\n');
  const repository = new Repository(registry.host, 'dianplus/tomcat');
  return {
    registry,
    buildkit,
    repository,
    async build(tag, name, { platform = `linux/${name}`, provenance = 'mode=max', args = {} } = {}) {
      await buildkit.buildx([
        ...['build', '--platform', platform, `--provenance=${provenance}`],
        ...Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
        ...['--output', `type=image,name=${repository.reference}:${tag}-${name},push=true,oci-mediatypes=true`, folder],
      ]);
    },
    script: (options = {}) => writeScript(temporaryFolder('merge-script'), imageConfig({ registry: registry.host, ...options })),
    run: (script, args, env = {}) =>
      run(process.execPath, [script, ...args], {
        env: { ...buildkit.env, BUILDX_BUILDER: '', GITHUB_ACTIONS: '', ...env },
        allowFailure: true,
      }),
    async stop() {
      await buildkit.stop();
      await registry.stop();
    },
  };
}
