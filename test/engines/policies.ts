import { run } from './exec';
import { installParliament } from './python-tools';

/** One thing that the linter says of a policy. */
export interface PolicyFinding {
  readonly issue: string;
  readonly detail: string;
  /** For a mismatch of actions and resources: which resource an action wants and a statement does not give. */
  readonly wants: readonly { readonly action: string; readonly required_format: string }[];
}

const LINT = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import parliament
def lint(policy):
    analysed = parliament.analyze_policy_string(policy["text"], include_community_auditors=policy["kind"] == "permissions")
    return [{"issue": f.issue, "detail": str(f.detail or f.location), "wants": f.detail if f.issue == "RESOURCE_MISMATCH" else []} for f in analysed.findings]
print(json.dumps([lint(policy) for policy in json.loads(sys.argv[1])]))
`;

/** A policy to look at. */
export interface LintedPolicy {
  readonly policy: { readonly Statement: readonly object[] };
  /** What a role may do, or who may take it. */
  readonly kind: 'permissions' | 'trust';
}

/**
 * parliament over policies, with all its auditors where one grants permissions.
 * It takes a policy with a principal for a resource's, which names a resource: a role's trust policy is given the role.
 *
 * @returns the findings of each, in the same order
 */
export async function lintPolicies(policies: readonly LintedPolicy[]): Promise<PolicyFinding[][]> {
  const python = await installParliament();
  const texts = policies.map(({ policy, kind }) => {
    const role = 'arn:aws:iam::123456789012:role/one';
    const Statement = kind === 'trust' ? policy.Statement.map((statement) => ({ ...statement, Resource: role })) : policy.Statement;
    return { kind, text: JSON.stringify({ ...policy, Statement }).replaceAll('ACCOUNT_ID', '123456789012') };
  });
  // loading its knowledge of AWS takes seconds, so once for all
  const { stdout } = await run(python, ['-c', LINT, JSON.stringify(texts)]);
  return JSON.parse(stdout) as PolicyFinding[][];
}
