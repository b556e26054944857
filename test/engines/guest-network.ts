import { fork } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { Server as NetServer } from 'node:net';
import * as path from 'node:path';
import { run } from './exec';
import { installMetadataMock } from './go-tools';
import { type Server, startServer, temporaryFolder } from './process';

/** The site's address in a guest's world. */
export const SITE = 'http://10.99.0.1';

/** What the metadata mock says of the machine. */
export const METADATA_MOCK = { instanceId: 'i-1234567890abcdef0', instanceType: 'm4.xlarge', zone: 'us-east-1a' } as const;

/** How the site answers a path: the bytes; never; byte after byte; with an error. */
export type Answer = Buffer | 'hang' | 'trickle' | number;

/** The world of one guest: a network with a metadata service and one site in it, and nothing else. */
export interface GuestNetwork {
  /** The network namespace of the guest. */
  readonly path: string;
  /** Answers of the site by path, such as `/buildx`. */
  readonly answers: Map<string, Answer>;
  /** Answers every other path, from now on. */
  otherwise(answer: (path: string) => Promise<Answer>): void;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /** Resolves when a runner listens. */
  readonly listening: Promise<void>;
  /** Gives the listening runner a job, a shell script; resolves with what the job printed. */
  job(script: string): Promise<string>;
  /** From now on the metadata service has a Spot notice. */
  spotNotice(): Promise<void>;
  /** The wire is cut, or mended. */
  wire(state: 'up' | 'down'): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a world of its own for one guest. Needs root. */
export async function startGuestNetwork(): Promise<GuestNetwork> {
  const [outside, inside] = await Promise.all([namespace(), namespace()]);
  const ip = (side: Server, ...args: string[]) => run('nsenter', ['--target', String(side.pid), '--net', 'ip', ...args]);
  await ip(outside, 'link', 'add', 'guest0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(inside.pid));
  await ip(outside, 'link', 'set', 'lo', 'up');
  await ip(outside, 'link', 'set', 'guest0', 'up');
  await ip(outside, 'addr', 'add', '10.99.0.1/24', 'dev', 'guest0');
  await ip(outside, 'addr', 'add', '169.254.169.254/32', 'dev', 'lo');
  let metadata = await startMetadata(outside.pid, []);
  const site = await startSite(outside.pid);
  return {
    path: `/proc/${inside.pid}/ns/net`,
    ...site,
    spotNotice: async () => {
      await metadata.stop();
      metadata = await startMetadata(outside.pid, ['-d', '0']);
    },
    wire: async (state) => void (await ip(outside, 'link', 'set', 'guest0', state)),
    stop: async () => {
      site.close();
      await Promise.all([metadata.stop(), outside.stop(), inside.stop()]);
    },
  };
}

/** A process that holds a new network namespace. */
async function namespace(): Promise<Server> {
  const own = fs.readlinkSync('/proc/self/ns/net');
  const holder = await startServer({ name: 'network', command: 'unshare', args: ['--net', 'sleep', 'infinity'], ready: async () => true });
  while (fs.readlinkSync(`/proc/${holder.pid}/ns/net`) === own) await new Promise((resolve) => setTimeout(resolve, 20));
  return holder;
}

async function startMetadata(pid: number, args: readonly string[]): Promise<Server> {
  const mock = await installMetadataMock();
  const folder = temporaryFolder('metadata');
  const notices = args.length > 0 ? args : ['-d', '1000000'];
  return startServer({
    name: 'metadata service',
    command: 'nsenter',
    args: ['--target', String(pid), '--net', mock, 'spot', '-I', '-n', '169.254.169.254', '-p', '80', ...notices],
    cwd: folder,
    ready: async () =>
      (await run('nsenter', ['--target', String(pid), '--net', 'curl', '-s', '-m', '1', 'http://169.254.169.254/'], { allowFailure: true }))
        .code === 0,
  });
}

type Site = Pick<GuestNetwork, 'answers' | 'otherwise' | 'requests' | 'listening' | 'job'> & { close(): void };

/** The one site of that world: downloads, and what a stub of a runner asks for its jobs. */
async function startSite(pid: number): Promise<Site> {
  const answers = new Map<string, Answer>();
  const requests: string[] = [];
  let otherwise: (path: string) => Promise<Answer> = async () => 404;
  let listens: () => void;
  const listening = new Promise<void>((resolve) => {
    listens = resolve;
  });
  let waiting: http.ServerResponse | undefined;
  let script: string | undefined;
  let finished: (log: string) => void = () => undefined;
  const handOut = () => {
    if (!waiting || script === undefined) return;
    waiting.end(script);
    waiting = script = undefined;
  };
  const server = http.createServer((request, response) => {
    const urlPath = request.url ?? '/';
    requests.push(urlPath);
    if (urlPath === '/runner/job') {
      waiting = response;
      listens();
      return handOut();
    }
    if (urlPath === '/runner/result') {
      const chunks: Buffer[] = [];
      request
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          response.end();
          finished(Buffer.concat(chunks).toString());
        });
      return;
    }
    const known = answers.get(urlPath);
    if (known !== undefined) return reply(response, known);
    otherwise(urlPath).then(
      (answer) => reply(response, answer),
      () => reply(response, 502),
    );
  });
  server.listen(await listenIn(pid, new URL(SITE).hostname, 80));
  return {
    answers,
    otherwise: (answer) => {
      otherwise = answer;
    },
    requests,
    listening,
    job: (text) => {
      script = text;
      handOut();
      return new Promise((resolve) => {
        finished = resolve;
      });
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function reply(response: http.ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'trickle') {
    const timer = setInterval(() => response.write('.'), 500);
    response.on('close', () => clearInterval(timer));
    return;
  }
  if (typeof answer === 'number') response.statusCode = answer;
  response.end(typeof answer === 'number' ? `${answer}\n` : answer);
}

/** A listening socket that was opened in the network namespace of process `pid`. */
function listenIn(pid: number, host: string, port: number): Promise<NetServer> {
  const child = fork(path.join(__dirname, 'listen.cjs'), [host, String(port)], {
    execPath: 'nsenter',
    execArgv: ['--target', String(pid), '--net', process.execPath],
  });
  return new Promise((resolve, reject) => {
    child
      .once('message', (_, server) => {
        resolve(server as NetServer);
        child.disconnect(); // from here on the socket is this process's alone
      })
      .once('error', reject);
    child.once('exit', (code) => reject(new Error(`cannot listen in the guest's network (nsenter: ${code})`)));
  });
}
