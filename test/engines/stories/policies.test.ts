/** The generated IAM policies, read by a linter that knows AWS's actions, resources and condition keys. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { PermissionPolicy } from '../../../src/core/policies/statement';
import { policyFiles } from '../../../src/synth/docs/aws-policies';
import { imageConfig, openRestyConfig } from '../../support/config';
import { lintPolicies, type PolicyFinding } from '../index';

const CONFIGS = {
  'the default': openRestyConfig(),
  'another image': imageConfig(),
  'named subnets, on demand, several regions': imageConfig({
    pipeline: {
      onDemandFallback: true,
      regions: [
        { name: 'us-east-1', subnets: ['subnet-0123456789abcdef0'], securityGroups: ['sg-0123456789abcdef0'] },
        { name: 'eu-west-1' },
      ],
    },
  }),
  'in China': imageConfig({ pipeline: { regions: [{ name: 'cn-north-1' }, { name: 'cn-northwest-1' }] } }),
  'one architecture of four emulated': openRestyConfig({
    architectures: [{ name: 'amd64' }, { name: 'arm64' }, { name: 's390x', emulated: { on: 'amd64' } }],
  }),
};

/** What the linter says that is not so, or is meant: each with the reason. */
const EXPLAINED: Readonly<Record<string, (finding: PolicyFinding) => boolean>> = {
  // it knows AWS's and SAML's issuers only; this one is GitHub's, and the claims are conditions
  UNKNOWN_FEDERATION_SOURCE: ({ detail }) => detail.endsWith('oidc-provider/token.actions.githubusercontent.com'),
  // the keys of this issuer, which AWS documents for GitHub
  UNKNOWN_CONDITION_FOR_ACTION: ({ detail }) =>
    /^Unknown condition token\.actions\.githubusercontent\.com:(?:aud|sub) for action sts:AssumeRoleWithWebIdentity$/.test(detail),
  // PassRole for one role, to the scheduler alone, which can do nothing but end tagged machines
  PERMISSIONS_MANAGEMENT_ACTIONS: ({ detail }) => detail.includes("['iam:passrole']"),
  // the same: it may not be passed to EC2, and a machine with a profile may not be launched
  PRIVILEGE_ESCALATION: ({ detail }) =>
    detail.includes('CreateEC2WithExistingIP') && detail.includes("['iam:passrole', 'ec2:runinstances']"),
};

function matches(format: string, arn: string): boolean {
  const wanted = format.split(':');
  return arn === '*' || arn.split(':').every((part, i) => wanted[i] === '*' || wanted[i]?.split('/')[0] === part.split('/')[0]);
}

/** It wants all resources of an action in one statement; IAM looks at each resource by itself, and another statement has it. */
function elsewhere({ wants }: PolicyFinding, policy: PermissionPolicy): boolean {
  return wants.every(({ action, required_format }) => {
    const resources = policy.Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
    // a public parameter of AWS has no account in its name
    const publicParameter =
      /^ssm:/.test(action) && resources.every((arn) => /^arn:aws(?:-cn)?:ssm:[a-z0-9-]+::parameter\/aws\/service\//.test(arn));
    return publicParameter || resources.some((arn) => matches(required_format, arn));
  });
}

const POLICIES = Object.entries(CONFIGS).flatMap(([name, config]) =>
  Object.entries(policyFiles(config)).map(([path, policy]) => ({
    name: `${path}, ${name}`,
    policy: policy as PermissionPolicy,
    kind: path.endsWith('-trust.json') ? ('trust' as const) : ('permissions' as const),
  })),
);

let findings: PolicyFinding[][];
beforeAll(async () => {
  findings = await lintPolicies(POLICIES);
});

describe('nobody can find fault with', () => {
  test.each(POLICIES.map(({ name }, i) => [name, i] as const))('%s', (_, i) => {
    const open = findings[i].filter((finding) =>
      finding.issue === 'RESOURCE_MISMATCH' ? !elsewhere(finding, POLICIES[i].policy) : !EXPLAINED[finding.issue]?.(finding),
    );
    expect(open).toEqual([]);
  });
});

test('the linter sees a key that an action does not know, and a resource that it lacks', async () => {
  const broken = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'A',
        Effect: 'Allow',
        Action: ['ec2:CreateFleet'],
        Resource: ['arn:aws:ec2:*:ACCOUNT_ID:fleet/*'],
        Condition: { StringEquals: { 'ec2:MetadataHttpTokens': 'required' } },
      },
    ],
  } as const;
  const [found] = await lintPolicies([{ policy: broken, kind: 'permissions' }]);
  expect(found.map(({ issue }) => issue)).toContain('UNKNOWN_CONDITION_FOR_ACTION');
  expect(found.some((finding) => finding.issue === 'RESOURCE_MISMATCH' && !elsewhere(finding, broken))).toBe(true);
});
