/** What GitHub's token for other clouds says. */
export interface Claims {
  readonly sub: string;
  readonly aud: string;
}

const REQUEST_TIMEOUT_MS = 15_000;

/**
 * The claims of the token that this job would show to AWS. The token itself is not kept.
 *
 * @returns undefined where the job has no right to such a token (`id-token: write`)
 * @throws Error if GitHub gives none
 */
export async function oidcClaims(env: Readonly<Record<string, string | undefined>>, audience: string): Promise<Claims | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (!url || !token) return undefined;
  const at = new URL(url);
  at.searchParams.set('audience', audience);
  const answer = await fetch(at, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`GitHub's token service answered ${answer.status}`);
  const { value } = (await answer.json()) as { value: string };
  const { sub, aud } = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  return { sub: String(sub), aud: String(aud) };
}
