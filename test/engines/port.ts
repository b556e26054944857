import { type ChildProcess, fork } from 'node:child_process';
import * as net from 'node:net';
import * as path from 'node:path';

/**
 * Opens a free loopback port here that leads to `127.0.0.1:<inside>` in the network namespace of
 * process `pid`. Returns its `http://…` and the relay that serves it until `disconnect()`.
 * Throws when the namespace cannot be entered (that takes root).
 */
export async function forwardPort(pid: number, inside: number): Promise<{ url: string; relay: ChildProcess }> {
  const server = net.createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const relay = fork(path.join(__dirname, 'relay.cjs'), [String(inside)], {
    execPath: 'nsenter',
    execArgv: ['--target', String(pid), '--net', process.execPath],
  });
  await new Promise<void>((resolve, reject) => {
    relay.once('message', () => resolve()).once('error', reject);
    relay.once('exit', (exit) => reject(new Error(`cannot enter the container's network (nsenter: ${exit})`)));
    relay.send('listen', server);
  });
  server.close(); // from here on the relay alone accepts
  return { url: `http://127.0.0.1:${port}`, relay };
}
