import type { ServerResponse } from 'node:http';
import { bodyOf, type HttpServer, startHttp } from './http';

/** An EC2 call as it passed by. */
export interface SeenCall {
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly parameters: URLSearchParams;
}

/** What happens to a call instead of a plain answer. */
export type AwsFault =
  /** EC2 refuses the whole call, by default with status 400. */
  | { readonly how: 'refused'; readonly code: string; readonly status?: number }
  /** CreateFleet answers 200 with this error for each of its pools, and launches nothing. */
  | { readonly how: 'no capacity'; readonly code: string }
  /** The socket is cut: EC2 has not heard the call, or only its answer is lost. */
  | { readonly how: 'cut'; readonly heard: boolean }
  /** EC2 gets the call or does not, and never answers. */
  | { readonly how: 'hangs'; readonly heard: boolean }
  /** EC2 gets the call, and the answer goes back, only when the promise resolves. */
  | { readonly how: 'waits'; readonly until: Promise<unknown> };

/** A relay in front of an EC2 emulator that notes what passes, can answer itself, and adds what the emulator lacks. */
export interface AwsProxy extends HttpServer {
  readonly calls: SeenCall[];
  /** A code with which to refuse a call instead of passing it on. */
  refuse: (action: string, nth: number) => string | undefined;
  /** Sees each answer before the caller does, and may change it. By default passes it on. */
  answered: (call: SeenCall, answer: string) => string | Promise<string>;
  /** What goes wrong with the n-th call of an action, from 1. */
  fault: (action: string, nth: number, parameters: URLSearchParams) => AwsFault | undefined;
  /** Whether a fleet request with a token that was heard before gets the answer of then, as AWS documents it and the emulator does not. */
  idempotent: boolean;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Starts it in front of `target`. */
export async function startAwsProxy(target: string): Promise<AwsProxy> {
  const calls: SeenCall[] = [];
  const heard = new Map<string, Promise<Answer>>();
  const server = await startHttp(async (request, response) => {
    const body = await bodyOf(request);
    const parameters = new URLSearchParams(body.toString());
    const action = parameters.get('Action') ?? 'unknown';
    const call: SeenCall = { action, at: Date.now(), parameters };
    calls.push(call);
    const nth = calls.filter((call) => call.action === action).length;
    const code = proxy.refuse(action, nth);
    const fault: AwsFault | undefined = code ? { how: 'refused', code } : proxy.fault(action, nth, parameters);

    const pass = async (): Promise<Answer> => {
      const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers as Record<string, string>;
      const answer = await fetch(`${target}${request.url}`, { method: request.method, headers, body: new Uint8Array(body) });
      const type = answer.headers.get('content-type') ?? 'text/xml';
      return { status: answer.status, type, body: Buffer.from(await proxy.answered(call, await answer.text())) };
    };
    const hear = (): Promise<Answer> => {
      const token = parameters.get('ClientToken');
      if (!proxy.idempotent || action !== 'CreateFleet' || token === null) return pass();
      const answer = heard.get(token) ?? pass();
      heard.set(token, answer);
      return answer;
    };

    switch (fault?.how) {
      case 'refused':
        return send(response, refusal(fault.code, fault.status));
      case 'no capacity':
        return send(response, noCapacity(fault.code, parameters));
      case 'cut':
        if (fault.heard) await hear();
        response.destroy();
        return;
      case 'hangs':
        if (fault.heard) await hear();
        return;
      case 'waits':
        await fault.until;
    }
    send(response, await hear());
  });
  const proxy: AwsProxy = {
    ...server,
    calls,
    refuse: () => undefined,
    fault: () => undefined,
    idempotent: false,
    answered: (_, answer) => answer,
  };
  return proxy;
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

function xml(status: number, text: string): Answer {
  return { status, type: 'text/xml', body: Buffer.from(text) };
}

function refusal(code: string, status = 400): Answer {
  return xml(
    status,
    `<Response><Errors><Error><Code>${code}</Code><Message>injected fault</Message></Error></Errors><RequestID>0</RequestID></Response>`,
  );
}

/** As EC2 answers an instant fleet without an instance. */
function noCapacity(code: string, parameters: URLSearchParams): Answer {
  const types = [...parameters].filter(([key]) => /^LaunchTemplateConfigs\.\d+\.Overrides\.\d+\.InstanceType$/.test(key));
  const items = types.map(
    ([, type]) =>
      `<item><launchTemplateAndOverrides><overrides><instanceType>${type}</instanceType></overrides></launchTemplateAndOverrides>` +
      `<errorCode>${code}</errorCode><errorMessage>injected fault</errorMessage></item>`,
  );
  return xml(
    200,
    `<CreateFleetResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId><fleetId>fleet-0</fleetId>` +
      `<errorSet>${items.join('')}</errorSet><fleetInstanceSet/></CreateFleetResponse>`,
  );
}
