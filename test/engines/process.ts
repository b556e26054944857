import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { killGroup, tail } from './exec';
import { atEnd } from './guard';

/** How to start a server. */
export interface ServerOptions {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Asked every 100 ms; the server is ready when this gives true. A throw counts as "not yet". */
  readonly ready: () => Promise<boolean>;
  /** Milliseconds to wait for `ready`; default: one minute. */
  readonly timeoutMs?: number;
}

/** A running server. */
export interface Server {
  readonly pid: number;
  /** Everything it has printed so far. */
  logs(): string;
  /** SIGTERM, after ten seconds SIGKILL; resolves when it has ended. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a server in a process group of its own and waits until it is ready. Throws with
 * the end of its log when it exits or is not ready in time. It never outlives this
 * process: not when this one ends by itself, by a signal, or is killed.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const folder = temporaryFolder(options.name);
  const logFile = path.join(folder, 'log');
  const log = fs.openSync(logFile, 'a');
  // setpriv: the kernel ends the server even if this process gets SIGKILL and can do nothing
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', options.command, ...options.args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  fs.closeSync(log);
  // SIGTERM: buildkitd must get the chance to end what runs in its builds
  const release = atEnd(() => killGroup(child.pid, 'SIGTERM'));
  let ended = false;
  const end = new Promise<void>((resolve) => {
    const over = () => {
      ended = true;
      release();
      resolve();
    };
    child.on('exit', over);
    child.on('error', (error) => {
      fs.appendFileSync(logFile, `cannot start: ${error.message}\n`);
      over();
    });
  });
  const server: Server = {
    pid: child.pid ?? -1,
    logs: () => fs.readFileSync(logFile, 'utf8'),
    stop: async () => {
      if (!ended) {
        killGroup(child.pid, 'SIGTERM');
        const timer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), 10_000);
        await end;
        clearTimeout(timer);
      }
    },
  };
  const deadline = Date.now() + (options.timeoutMs ?? 60_000);
  while (!(await options.ready().catch(() => false))) {
    if (ended || Date.now() > deadline) {
      await server.stop();
      throw new Error(`${options.name} ${Date.now() > deadline ? 'was not ready in time' : 'ended at once'}:\n${tail(server.logs(), 40)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return server;
}

/** A free TCP port on loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net
      .createServer()
      .on('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as net.AddressInfo;
        probe.close(() => resolve(port));
      });
  });
}

/** A new temporary folder, removed when this process ends. */
export function temporaryFolder(name: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `spot-image-${name}-`));
  atEnd(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return folder;
}
