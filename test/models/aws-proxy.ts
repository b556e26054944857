import { bodyOf, type HttpServer, startHttp } from './http';

/** An EC2 call as it passed by. */
export interface SeenCall {
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly parameters: URLSearchParams;
}

/** A relay in front of an EC2 emulator that notes what passes and can answer itself. */
export interface AwsProxy extends HttpServer {
  readonly calls: SeenCall[];
  /** A code with which to refuse a call instead of passing it on. */
  refuse: (action: string, nth: number) => string | undefined;
  /** Sees each answer before the caller does, and may change it. By default passes it on. */
  answered: (call: SeenCall, answer: string) => string | Promise<string>;
}

/** Starts it in front of `target`. */
export async function startAwsProxy(target: string): Promise<AwsProxy> {
  const calls: SeenCall[] = [];
  const server = await startHttp(async (request, response) => {
    const body = await bodyOf(request);
    const parameters = new URLSearchParams(body.toString());
    const action = parameters.get('Action') ?? 'unknown';
    const call: SeenCall = { action, at: Date.now(), parameters };
    calls.push(call);
    const code = proxy.refuse(action, calls.filter((call) => call.action === action).length);
    if (code) {
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        `<Response><Errors><Error><Code>${code}</Code><Message>injected fault</Message></Error></Errors><RequestID>0</RequestID></Response>`,
      );
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(`${target}${request.url}`, { method: request.method, headers, body: new Uint8Array(body) });
    const text = await answer.text();
    const shown = await proxy.answered(call, text);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/xml' });
    response.end(shown);
  });
  const proxy: AwsProxy = { ...server, calls, refuse: () => undefined, answered: (_, answer) => answer };
  return proxy;
}
