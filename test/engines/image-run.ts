import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ensurePackages } from './debian';
import { type Result, run, tail } from './exec';
import { installCrane } from './go-tools';
import { type ContainerOptions, type ImageConfig, resolveUser, runtimeConfig } from './image-bundle';
import { forwardPort } from './port';
import { ensureEmulation, nativeArchitecture } from './qemu';

/** Which image to start, and how. */
export interface RunImageOptions extends ContainerOptions {
  /** `127.0.0.1:PORT/name:tag` or `…@sha256:…` */
  readonly reference: string;
  /** Default: this machine's. */
  readonly platform?: string;
}

/** A started container. */
export interface Container {
  /** Its root file system, to look into. */
  readonly rootfs: string;
  readonly image: ImageConfig;
  /** Runs a command inside, as the container's user unless told otherwise; never throws for its exit code. */
  exec(args: readonly string[], options?: { user?: string }): Promise<Result>;
  /** `http://127.0.0.1:PORT` of a port inside; connections go through, half-closed ones too. */
  port(inside: number): Promise<string>;
  /** Sends a signal to its first process. */
  kill(signal: string): Promise<void>;
  /** Resolves with its exit code when it ends (128 + N after signal N). */
  wait(): Promise<number>;
  /** Both streams so far. */
  logs(): string;
  /** STOPSIGNAL, after ten seconds SIGKILL, as `docker stop`; returns the exit code and removes everything. */
  stop(): Promise<number>;
}

/**
 * Pulls an image and starts it with runc as its configuration says (USER, ENTRYPOINT, CMD, ENV,
 * WORKDIR), in a network of its own. Other platforms run under qemu. Needs root. A container
 * that ends at once is no error: `wait` tells.
 */
export async function runImage(options: RunImageOptions): Promise<Container> {
  const crane = await installCrane();
  await ensurePackages(['runc']);
  const platform = options.platform ?? `linux/${nativeArchitecture}`;
  await ensureEmulation([platform]);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'spot-image-container-'));
  const id = path.basename(work);
  const runc = ['--root', path.join(work, 'runc')];
  const remove = remover(runc, id, work);
  const rootfs = path.join(work, 'rootfs');
  const image = await unpack(crane, options.reference, platform, rootfs)
    .then((config) => {
      fs.writeFileSync(path.join(work, 'config.json'), JSON.stringify(runtimeConfig(rootfs, config, options)));
      return config;
    })
    .catch(async (error: unknown) => {
      await remove();
      throw error;
    });

  const relays: ChildProcess[] = [];
  // Node's own pipes are sockets, which cannot be opened through /dev/stdout: bash puts real pipes between
  const child = spawn('bash', ['-c', 'exec runc "$@" > >(exec cat) 2> >(exec cat >&2)', 'bash', ...runc, 'run', '--bundle', work, id], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  let code: number | undefined;
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => {
      code = exit ?? 137;
      resolve(code);
    });
  });

  const state = async (): Promise<{ status?: string; pid?: number }> => {
    const { stdout } = await run('runc', [...runc, 'state', id], { allowFailure: true });
    return stdout ? (JSON.parse(stdout) as { status: string; pid: number }) : {};
  };
  while (code === undefined && (await state()).status !== 'running') await new Promise((resolve) => setTimeout(resolve, 50));
  if (code !== undefined && /^(runc run failed|.*level=error msg="runc run failed)/m.test(log)) {
    await remove();
    throw new Error(`Cannot start ${options.reference} (${platform}):\n${tail(log, 20)}`);
  }

  const container: Container = {
    rootfs,
    image,
    logs: () => log,
    wait: () => ended,
    kill: async (signal) => {
      await run('runc', [...runc, 'kill', id, signal]);
    },
    exec: (args, how = {}) => {
      const user = how.user === undefined ? undefined : resolveUser(rootfs, how.user);
      return run('runc', [...runc, 'exec', ...(user ? ['--user', `${user.uid}:${user.gid}`] : []), id, ...args], { allowFailure: true });
    },
    port: async (inside) => {
      const { pid } = await state();
      if (!pid) throw new Error(`The container has ended:\n${tail(log, 20)}`);
      const { url, relay } = await forwardPort(pid, inside);
      relays.push(relay);
      return url;
    },
    stop: async () => {
      if (code === undefined) {
        await run('runc', [...runc, 'kill', id, image.StopSignal ?? 'SIGTERM'], { allowFailure: true });
        const timer = setTimeout(() => void run('runc', [...runc, 'kill', id, 'SIGKILL'], { allowFailure: true }), 10_000);
        await ended;
        clearTimeout(timer);
      }
      for (const relay of relays.splice(0)) relay.disconnect();
      await remove();
      return ended;
    },
  };
  return container;
}

/**
 * A container is no child of ours and would outlive us. So a small process waits for the end of
 * its input, which comes when we say so or when we are gone, however that happened.
 */
function remover(runc: readonly string[], id: string, work: string): () => Promise<void> {
  const child = spawn('bash', ['-c', 'cat; work=$1; shift; runc "$@"; rm -rf "$work"', 'bash', work, ...runc, 'delete', '--force', id], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const done = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return () => {
    child.stdin.end();
    return done;
  };
}

async function unpack(crane: string, reference: string, platform: string, rootfs: string): Promise<ImageConfig> {
  const { stdout } = await run(crane, ['config', '--platform', platform, reference]);
  const archive = `${rootfs}.tar`;
  await run(crane, ['export', '--platform', platform, reference, archive]);
  fs.mkdirSync(rootfs);
  await run('tar', ['-xpf', archive, '--numeric-owner', '-C', rootfs]);
  fs.rmSync(archive);
  return (JSON.parse(stdout) as { config?: ImageConfig }).config ?? {};
}
