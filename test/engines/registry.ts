import * as fs from 'node:fs';
import * as path from 'node:path';
import { installContainerTools } from './go-tools';
import { freePort, startServer, temporaryFolder } from './process';

/** A running registry without log-in, on loopback. */
export interface Registry {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `127.0.0.1:PORT`: the first part of an image reference. */
  readonly host: string;
  logs(): string;
  stop(): Promise<void>;
}

/** How to start a registry. */
export interface RegistryOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Where to keep the images; default: a temporary folder. */
  readonly folder?: string;
}

/** Starts the distribution registry and waits until it answers. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const bin = await installContainerTools();
  const port = options.port ?? (await freePort());
  const work = temporaryFolder('registry');
  const config = path.join(work, 'config.json');
  fs.writeFileSync(
    config,
    JSON.stringify({
      // JSON is YAML
      version: '0.1',
      log: { level: 'info' },
      storage: { filesystem: { rootdirectory: options.folder ?? path.join(work, 'images') }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}`, secret: 'one process needs no shared secret' },
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'registry',
    command: path.join(bin, 'registry'),
    args: ['serve', config],
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
    ready: async () => (await fetch(`${url}/v2/`)).ok,
  });
  return {
    url,
    host: `127.0.0.1:${port}`,
    logs: server.logs,
    stop: async () => {
      await server.stop();
      fs.rmSync(work, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
