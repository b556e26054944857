import type { FleetError } from '../edges/ec2';

/** Beginning of an error code, and what mends it. The first row that fits counts. */
const MENDS: readonly (readonly [code: string, mend: string])[] = [
  ['InsufficientInstanceCapacity', 'there is no Spot capacity now: try again later, or add families, subnets or regions'],
  ['UnfulfillableCapacity', 'there is no Spot capacity now: try again later, or add families, subnets or regions'],
  ['InsufficientHostCapacity', 'there is no Spot capacity now: try again later, or add families, subnets or regions'],
  ['Unsupported', 'the zone does not have this type: add families or subnets'],
  [
    'MaxSpotInstanceCountExceeded',
    'the Spot quota is used up (a new account has 5 vCPU): ask AWS for more in Service Quotas, or use size "large"',
  ],
  ['VcpuLimitExceeded', 'the vCPU quota is used up: ask AWS for more in Service Quotas'],
  ['InsufficientFreeAddressesInSubnet', 'the subnet has no free address: name another one in pipeline.regions'],
  ['InvalidSubnetID', 'the subnet does not exist: correct pipeline.regions'],
  ['InvalidGroup', 'the security group does not exist: correct pipeline.regions'],
  [
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    'create the Spot role once: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
  ],
  ['UnauthorizedOperation', "the role lacks a permission: compare its policy with the project's documents"],
  ['AccessDenied', "the role lacks a permission: compare its policy with the project's documents"],
  ['AuthFailure', 'AWS does not accept the credentials: check AWS_ROLE_ARN and its trust policy'],
  ['ExpiredToken', 'the credentials have run out: start the workflow again'],
  ['CredentialsProviderError', 'there are no AWS credentials: the job needs id-token: write and the step that assumes the role'],
  ['RequestLimitExceeded', 'AWS throttles this account: try again later'],
  ['IdempotentParameterMismatch', 'another launch of this run used the same token: use "Re-run all jobs"'],
  ['InvalidParameter', 'AWS does not accept the request: check families, subnets and security groups'],
  ['PendingVerification', 'AWS is still verifying the account: try again later'],
];

/** Beginnings of codes that say who asks may not: asking again changes nothing. */
const REFUSALS = [
  'UnauthorizedOperation',
  'AccessDenied',
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'RequestExpired',
  'OptInRequired',
];

/** Is this a refusal that no repetition heals? */
export function isRefusedForGood(code: string): boolean {
  return REFUSALS.some((prefix) => code.startsWith(prefix));
}

/** What a person can do about an error code of EC2. */
export function mendOf(code: string): string {
  return MENDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "see AWS's documentation of this code";
}

/** All errors of one fleet request as one text: each code once, with the types it hit and the mend. */
export function explainFleetErrors(errors: readonly FleetError[]): string {
  if (errors.length === 0) return 'EC2 gave no instance and no reason; try again later';
  const codes = [...new Set(errors.map(({ code }) => code))];
  return codes
    .map((code) => {
      const same = errors.filter((error) => error.code === code);
      const types = [...new Set(same.flatMap(({ type }) => type ?? []))].join(', ');
      return `${code}${types ? ` (${types})` : ''}: ${mendOf(code)}`;
    })
    .join('; ');
}
