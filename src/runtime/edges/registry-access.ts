/** Who asks a registry. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** How a registry answers: `unclear` holds the answer that is neither yes nor no. */
export type Access = 'granted' | 'denied' | { readonly unclear: string };

/** One registry, as far as its doors are concerned. It is never written to. Every call throws Error if nothing answers. */
export interface RegistryAccess {
  /** May tags of the repository be listed, by this login or by nobody? A repository that is not there is `denied` or unclear. */
  pull(repository: string, login: Login | undefined): Promise<Access>;
  /** May an upload into the repository begin? It is cancelled at once. */
  push(repository: string, login: Login): Promise<Access>;
}

const REQUEST_TIMEOUT_MS = 15_000;

/** Registries on this very machine speak plain HTTP: docker takes them so, too. */
function addressOf(host: string): string {
  const plain = /^(?:localhost|127\.0\.0\.1)(?::[0-9]+)?$/.test(host);
  return `${plain ? 'http' : 'https'}://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
}

/** A registry by the OCI distribution specification, with Docker's token authentication. */
export function httpRegistry(host: string): RegistryAccess {
  const address = addressOf(host);
  const basic = ({ username, password }: Login) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const ask = (url: string | URL, method: string, authorization?: string) =>
    fetch(url, { method, headers: authorization ? { authorization } : {}, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });

  /** What to show the registry instead of the login, as its challenge wants it; undefined if its token service refuses. */
  async function credential(challenge: string, scope: string, login: Login | undefined): Promise<string | undefined> {
    if (!/^bearer /i.test(challenge)) return login && basic(login);
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const url = new URL(field('realm') ?? address);
    const service = field('service');
    if (service) url.searchParams.set('service', service);
    url.searchParams.set('scope', scope);
    const answer = await ask(url, 'GET', login && basic(login));
    if (!answer.ok) return undefined;
    const { token, access_token } = (await answer.json()) as { token?: string; access_token?: string };
    return `Bearer ${token ?? access_token}`;
  }

  /** Asks as nobody first, then as the registry's challenge wants it. */
  async function enter(url: string, method: string, scope: string, login: Login | undefined) {
    const first = await ask(url, method);
    if (first.status !== 401) return { answer: first };
    const authorization = await credential(first.headers.get('www-authenticate') ?? '', scope, login);
    return authorization ? { answer: await ask(url, method, authorization), authorization } : { answer: first };
  }

  function verdict({ status }: Response): Access {
    if (status >= 200 && status < 300) return 'granted';
    return status === 401 || status === 403 ? 'denied' : { unclear: `HTTP ${status}` };
  }

  return {
    async pull(repository, login) {
      const { answer } = await enter(`${address}/v2/${repository}/tags/list?n=1`, 'GET', `repository:${repository}:pull`, login);
      return verdict(answer);
    },

    async push(repository, login) {
      const { answer, authorization } = await enter(
        `${address}/v2/${repository}/blobs/uploads/`,
        'POST',
        `repository:${repository}:pull,push`,
        login,
      );
      const upload = answer.headers.get('location');
      // an upload that is left open ends by itself
      if (answer.status === 202 && upload) await ask(new URL(upload, address), 'DELETE', authorization).catch(() => undefined);
      return verdict(answer);
    },
  };
}
