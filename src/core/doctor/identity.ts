/** Who asks AWS, and whether AWS would trust the token of this job. */
import type { PolicyFacts } from '../policies/statement';
import { audience, subjects } from '../policies/trust';
import { type Finding, fine, missing, type Observed, unknown } from './finding';

/** The credentials of this process. */
export function callerFinding(observed: Observed<{ readonly account: string; readonly arn: string }>, { partition }: PolicyFacts): Finding {
  if ('failed' in observed) {
    const { code, message } = observed.failed;
    if (code === 'CredentialsProviderError')
      return missing(
        'there are no AWS credentials',
        'in Actions: run the workflow "Doctor", and set AWS_ROLE_ARN in the Environment; elsewhere: aws sso login, or set AWS_PROFILE',
      );
    if (/^(?:ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch)/.test(code))
      return missing(`AWS does not accept the credentials: ${code}`, 'get new ones: run the workflow again, or log in again');
    return unknown(`${code}: ${message}`, 'try again later');
  }
  const { account, arn } = observed.seen;
  const [, actual, , , , resource = ''] = arn.split(':');
  if (actual !== partition)
    return missing(
      `the credentials are of the partition ${actual}, the regions of ${partition}`,
      'use credentials of the partition that pipeline.regions is in',
    );
  return fine(`account ${account}, ${resource}`);
}

/** GitHub's ids may stand behind both names. */
function withIds(sub: string): RegExp {
  const text = sub.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${text.replace('OWNER_ID', '[0-9]+').replace('REPOSITORY_ID', '[0-9]+')}$`, 'i');
}

/** Facts by which the ids in a claim are told from those of another repository of the same name. */
export interface RepositoryIds {
  readonly id: number;
  readonly ownerId: number;
}

/**
 * Whether the generated trust policy matches the claim of this job's token.
 *
 * @param observed undefined outside of Actions, or in a job that has no right to a token
 * @param ids undefined where GitHub did not tell them
 */
export function claimFinding(
  observed: Observed<{ readonly sub: string; readonly aud: string } | undefined>,
  ids: RepositoryIds | undefined,
  facts: PolicyFacts,
): Finding {
  if ('failed' in observed) return { ...unknown(observed.failed.message, 'try again later'), dispensable: true };
  if (!observed.seen)
    return { ...unknown('this process has no right to a token of GitHub', 'run the workflow "Doctor" to see it'), dispensable: true };
  const { sub, aud } = observed.seen;
  const [plain, withBoth] = subjects(facts);
  const expected = audience(facts.partition);
  if (aud !== expected) return missing(`sub "${sub}", aud "${aud}"`, `the audience must be ${expected}`);
  if (withIds(plain).test(sub)) return fine(`sub "${sub}", which .github/aws/role-trust.json has`);
  if (withIds(withBoth).test(sub)) {
    const right = ids && withBoth.replace('OWNER_ID', String(ids.ownerId)).replace('REPOSITORY_ID', String(ids.id));
    if (right && right.toLowerCase() !== sub.toLowerCase())
      return missing(
        `sub "${sub}"`,
        `it is another repository than the one GitHub shows, whose claim is "${right}": make the project's source and name right`,
      );
    return fine(`sub "${sub}", which .github/aws/role-trust.json has with these ids`);
  }
  const elsewhere = !sub.endsWith(`:environment:${facts.environment}`);
  return missing(
    `sub "${sub}", which .github/aws/role-trust.json does not have`,
    elsewhere
      ? `give the job the environment ${facts.environment}, or pipeline.environment the name of the one it has`
      : `the project is for ${facts.repository}: correct its source, run "npx projen", and put .github/aws/role-trust.json on the role again`,
  );
}
