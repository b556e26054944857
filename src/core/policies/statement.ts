/**
 * IAM policies as values. What only the account's owner knows stands as an upper-case
 * word, which the commands of the set-up replace.
 */

/** A statement of a policy of permissions. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  /** Operator → key → values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What a role may do. */
export interface PermissionPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Who may take a role. */
export interface TrustPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Principal: Readonly<Record<string, string>>;
    readonly Action: string;
    readonly Condition: NonNullable<Statement['Condition']>;
  }[];
}

/** What the policies depend on. */
export interface PolicyFacts {
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** GitHub Environment of the jobs that take the role. */
  readonly environment: string;
  /** `aws` or `aws-cn`. */
  readonly partition: string;
  /** Empty lists stand for any. */
  readonly regions: readonly { readonly name: string; readonly subnets: readonly string[]; readonly securityGroups: readonly string[] }[];
  /** Every type that may be launched. */
  readonly instanceTypes: readonly string[];
  /** Ids of the images that may be launched; undefined stands for Amazon's own. */
  readonly images: readonly (string | undefined)[];
  /** Does a schedule end machines from outside? */
  readonly schedules: boolean;
}

/** Words to replace in the policies. */
export const PLACEHOLDERS = ['ACCOUNT_ID', 'OWNER_ID', 'REPOSITORY_ID'] as const;

/** Partition of a region: China's are one of their own. */
export function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}
