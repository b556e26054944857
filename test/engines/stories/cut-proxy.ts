import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that goes away at a given point. */
export interface CutProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  stop(): Promise<void>;
}

/**
 * The points of one run at which it may end, over all registries that it talks to: before every
 * write, and before the first read after one. Between two reads nothing changes.
 */
export class CutPoints {
  seen = 0;
  private afterWrite = false;

  /**
   * @param last the last point that is passed
   * @param onCut called at the first one that is not
   */
  constructor(
    readonly last = Number.POSITIVE_INFINITY,
    readonly onCut: () => void = () => undefined,
  ) {}

  /** Is this request answered? */
  next(method: string | undefined): boolean {
    const write = method !== 'GET' && method !== 'HEAD';
    const cut = this.seen > this.last;
    if (!cut && (write || this.afterWrite)) {
      this.seen++;
      if (this.seen > this.last) this.onCut();
    }
    this.afterWrite = write;
    return this.seen <= this.last;
  }
}

/**
 * Stands before a registry on loopback and passes every request on, until the points say no;
 * from then on it only hangs up.
 * @param points asked for those of the run that is under way
 */
export async function startCutProxy(target: string, points: () => CutPoints): Promise<CutProxy> {
  const { hostname, port } = new URL(`http://${target}`);
  const server = http.createServer((request, response) => {
    if (!points().next(request.method)) {
      request.socket.destroy();
      return;
    }
    // the registry makes its Location headers of the Host header, which stays
    const onward = http.request(
      { hostname, port, method: request.method, path: request.url, headers: request.headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => request.socket.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
