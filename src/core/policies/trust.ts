/** Whom the role of the jobs that launch and stop machines trusts. */
import type { PolicyFacts, TrustPolicy } from './statement';

/** GitHub's issuer of OpenID Connect tokens. */
export const GITHUB_OIDC = 'token.actions.githubusercontent.com';

/** Audience of the token that GitHub issues. China is a partition of its own. */
export function audience(partition: string): string {
  return partition === 'aws-cn' ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com';
}

/**
 * The claims that the role trusts: this repository in this Environment. GitHub
 * puts ids into the claim of repositories made since 2026-07-15, and of older
 * ones that asked for it.
 */
export function subjects({ repository, environment }: Pick<PolicyFacts, 'repository' | 'environment'>): string[] {
  const [owner, name] = repository.split('/');
  return [`repo:${owner}/${name}:environment:${environment}`, `repo:${owner}@OWNER_ID/${name}@REPOSITORY_ID:environment:${environment}`];
}

/** Whom the role trusts. */
export function trustPolicy(facts: PolicyFacts): TrustPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:${facts.partition}:iam::ACCOUNT_ID:oidc-provider/${GITHUB_OIDC}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${GITHUB_OIDC}:aud`]: audience(facts.partition) },
          // The claim has GitHub's own capitals, the config perhaps not; on GitHub two names never differ in them alone.
          StringEqualsIgnoreCase: { [`${GITHUB_OIDC}:sub`]: subjects(facts) },
        },
      },
    ],
  };
}
