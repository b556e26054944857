import { freePort, startServer } from './process';
import { installMoto } from './python-tools';

/** A running moto: EC2, STS and SSM at one address. */
export interface Moto {
  /** For `AWS_ENDPOINT_URL`; any credentials and region do. */
  readonly url: string;
  /** Forgets everything; the default subnets come back under new ids. */
  reset(): Promise<void>;
  logs(): string;
  stop(): Promise<void>;
}

/** Starts moto on a free loopback port and waits until it answers. */
export async function startMoto(): Promise<Moto> {
  const python = await installMoto();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'moto',
    command: python,
    args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1' },
    ready: async () => (await fetch(`${url}/moto-api/`)).ok,
  });
  return {
    url,
    reset: async () => {
      const answer = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      if (!answer.ok) throw new Error(`moto did not reset: HTTP ${answer.status}`);
    },
    logs: server.logs,
    stop: server.stop,
  };
}
