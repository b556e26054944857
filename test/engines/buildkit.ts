import * as fs from 'node:fs';
import * as path from 'node:path';
import { cacheRoot, tryClaim } from './cache';
import { ensurePackages } from './debian';
import { type Result, type RunOptions, run } from './exec';
import { installContainerTools } from './go-tools';
import { startServer, temporaryFolder } from './process';
import { ensureEmulation } from './qemu';
import { versions } from './versions';

/** How to start BuildKit. */
export interface BuildKitOptions {
  /** `127.0.0.1:PORT` of a registry; it also answers for docker.io (`FROM debian:…`). */
  readonly registryHost: string;
  /** Start with an empty layer cache instead of the one that earlier runs have warmed. */
  readonly fresh?: boolean;
  /** Platforms to build for besides the native one; default: linux/arm64, under qemu. */
  readonly platforms?: readonly string[];
}

/** A running buildkitd and a buildx builder that uses it. */
export interface BuildKit {
  /** `unix://…` */
  readonly address: string;
  /** Name of the builder, already the default one in `env`. */
  readonly builder: string;
  /** A whole environment in which `buildx`, `docker buildx`, `docker login` and `buildctl` find all this. */
  readonly env: Record<string, string>;
  /** `buildx build …` and so on in that environment; throws `CommandFailed` unless `allowFailure`. */
  buildx(args: readonly string[], options?: Omit<RunOptions, 'env'> & { env?: Record<string, string> }): Promise<Result>;
  logs(): string;
  stop(): Promise<void>;
}

/** Starts buildkitd (OCI worker, overlayfs, RUN on the host's network). Needs root. */
export async function startBuildKit(options: BuildKitOptions): Promise<BuildKit> {
  const bin = await installContainerTools();
  await ensurePackages(['runc']);
  await ensureEmulation(options.platforms ?? ['linux/arm64']); // buildkitd looks only when it starts
  const state = claimState(options.fresh ?? false);
  const work = temporaryFolder('buildkit');
  const address = `unix://${work}/buildkitd.sock`;
  const config = path.join(work, 'buildkitd.toml');
  fs.writeFileSync(config, buildkitConfig(address, state.folder, options.registryHost));
  const env = clientEnvironment(bin, work);
  const server = await startServer({
    name: 'buildkitd',
    command: path.join(bin, 'buildkitd'),
    args: ['--config', config],
    env: { ...env, OTEL_TRACES_EXPORTER: 'none' },
    ready: async () => (await run(path.join(bin, 'buildctl'), ['--addr', address, 'debug', 'workers'], { allowFailure: true })).code === 0,
  }).catch((error: unknown) => {
    state.release();
    throw error;
  });
  const builder = path.basename(work).toLowerCase();
  const buildx: BuildKit['buildx'] = (args, how = {}) => run(path.join(bin, 'buildx'), args, { ...how, env: { ...env, ...how.env } });
  await buildx(['create', '--name', builder, '--driver', 'remote', '--use', address]);
  env.BUILDX_BUILDER = builder;
  return {
    address,
    builder,
    env,
    buildx,
    logs: server.logs,
    stop: async () => {
      await server.stop();
      state.release();
      fs.rmSync(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

function buildkitConfig(address: string, folder: string, registryHost: string): string {
  return `root = ${JSON.stringify(folder)}
[grpc]
  address = [${JSON.stringify(address)}]
[worker.containerd]
  enabled = false
[worker.oci]
  enabled = true
  snapshotter = "overlayfs"
  networkMode = "host" # RUN reaches the mirrors on loopback
  gc = true
  maxUsedSpace = "15GB"
[registry.${JSON.stringify(registryHost)}]
  http = true
[registry."docker.io"]
  mirrors = [${JSON.stringify(registryHost)}]
`;
}

/** Private folders, so that neither the user's builders nor their log-ins are seen or touched. */
function clientEnvironment(bin: string, work: string): Record<string, string> {
  const docker = path.join(work, 'docker');
  fs.mkdirSync(path.join(docker, 'cli-plugins'), { recursive: true });
  fs.symlinkSync(path.join(bin, 'buildx'), path.join(docker, 'cli-plugins', 'docker-buildx'));
  return {
    ...(process.env as Record<string, string>),
    PATH: `${bin}:${process.env.PATH}:/usr/sbin:/sbin`,
    DOCKER_CONFIG: docker,
    BUILDX_CONFIG: path.join(work, 'buildx'),
  };
}

/** buildkitd locks its state folder: the first one that no other process uses. */
function claimState(fresh: boolean): { folder: string; release: () => void } {
  const parent = path.join(cacheRoot(), `buildkit-state-${versions.buildkit}`);
  fs.mkdirSync(parent, { recursive: true });
  for (let slot = 1; ; slot++) {
    const folder = path.join(parent, `${fresh ? 'fresh' : 'warm'}-${slot}`);
    const giveUp = tryClaim(`${folder}.lock`);
    if (!giveUp) continue;
    if (fresh) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }); // of a process that was killed
    return {
      folder,
      release: () => {
        if (fresh) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
        giveUp();
      },
    };
  }
}
