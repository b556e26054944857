import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';

/** A file server on loopback that can be made to misbehave. */
export interface Mirror {
  readonly url: string;
  /** Every request so far: method, path and the status it got. */
  readonly requests: ReadonlyArray<{ readonly method: string; readonly path: string; readonly status: number }>;
  /** From now on `urlPath` (`/a.tar.gz`) is answered with 404 … */
  hide(urlPath: string): void;
  /** … or with other bytes than the file's … */
  replace(urlPath: string, body: string | Buffer): void;
  /** … and from now on everything as it is in the folder again. */
  restore(): void;
  stop(): Promise<void>;
}

/**
 * Serves the files of a folder on a free loopback port (or the given one). A path that is
 * not there is looked up by its last part, so that one flat folder can stand for several
 * sites: `/download/a.tar.gz` gives `a.tar.gz`.
 */
export async function startMirror(folder: string, port = 0): Promise<Mirror> {
  const requests: Array<{ method: string; path: string; status: number }> = [];
  const faults = new Map<string, string | Buffer | undefined>();
  const server = http.createServer((request, response) => {
    const urlPath = decodeURIComponent(new URL(request.url ?? '/', 'http://mirror').pathname);
    const body = faults.has(urlPath) ? faults.get(urlPath) : read(folder, urlPath);
    const status = body === undefined ? 404 : 200;
    requests.push({ method: request.method ?? '', path: urlPath, status });
    const bytes = body ?? `404: ${urlPath} is not in this mirror\n`;
    response.writeHead(status, { 'content-type': 'application/octet-stream', 'content-length': Buffer.byteLength(bytes) });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hide: (urlPath) => void faults.set(urlPath, undefined),
    replace: (urlPath, body) => void faults.set(urlPath, body),
    restore: () => faults.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function read(folder: string, urlPath: string): Buffer | undefined {
  const root = path.resolve(folder);
  for (const candidate of [path.resolve(root, `.${urlPath}`), path.join(root, path.posix.basename(urlPath))]) {
    if (candidate.startsWith(root + path.sep) && fs.statSync(candidate, { throwIfNoEntry: false })?.isFile()) {
      return fs.readFileSync(candidate);
    }
  }
  return undefined;
}
