import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that goes away at a given request. */
export interface CutProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Requests of one run, counted over all registries that it talks to. */
export class RequestCount {
  seen = 0;

  /**
   * @param last the last request that is answered
   * @param onCut called with the first one that is not
   */
  constructor(
    readonly last = Number.POSITIVE_INFINITY,
    readonly onCut: () => void = () => undefined,
  ) {}

  /** Is one more answered? */
  next(): boolean {
    this.seen++;
    if (this.seen === this.last + 1) this.onCut();
    return this.seen <= this.last;
  }
}

/**
 * Stands before a registry on loopback and passes every request on, until the count says no;
 * from then on it only hangs up.
 * @param count asked for the count of the run that is under way
 */
export async function startCutProxy(target: string, count: () => RequestCount): Promise<CutProxy> {
  const { hostname, port } = new URL(`http://${target}`);
  const server = http.createServer((request, response) => {
    if (!count().next()) {
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
