/**
 * EC2's error codes by what they mean for a launch. Data: a code that begins with a
 * row's text belongs to it, the first row counts.
 */

/** What kind of "no" a code is. */
export type ErrorClass =
  /** This pool has nothing now. Heals with time, in another pool, or on demand. */
  | 'capacity'
  /** The account may not have more of this market. */
  | 'quota'
  /** The market's price is above what was offered. */
  | 'price'
  /** Who asks may not. */
  | 'permission'
  /** What was asked for cannot be. */
  | 'configuration'
  /** EC2 did not look at the request: ask again. */
  | 'throttle'
  /** EC2 does not know yet what it has just made. */
  | 'consistency'
  /** The same token came with other parameters: another launch of this identity. */
  | 'mismatch'
  /** No answer, or none that says whether the request took effect. */
  | 'lost'
  /** The region does not take user-data in a fleet request. */
  | 'user-data'
  /** The region has no place for this machine at all. */
  | 'unavailable'
  /** A code that is not in the table. */
  | 'unknown';

interface Row {
  readonly code: string;
  readonly kind: ErrorClass;
  /** What a person can do about it. */
  readonly mend: string;
}

const CAPACITY = 'there is no capacity now: try again later, or add families, subnets or regions';
const PERMISSION = "the role lacks a permission: compare its policy with the project's documents";
const LATER = 'try again later';
const NETWORK = 'EC2 did not answer: try again later';

const ROWS: readonly Row[] = [
  {
    code: 'InsufficientFreeAddressesInSubnet',
    kind: 'capacity',
    mend: 'the subnet has no free address: name another one in pipeline.regions',
  },
  { code: 'InsufficientInstanceCapacity', kind: 'capacity', mend: CAPACITY },
  { code: 'InsufficientCapacity', kind: 'capacity', mend: CAPACITY },
  { code: 'InsufficientHostCapacity', kind: 'capacity', mend: CAPACITY },
  { code: 'ReservationCapacityExceeded', kind: 'capacity', mend: CAPACITY },
  { code: 'UnfulfillableCapacity', kind: 'capacity', mend: CAPACITY },
  {
    code: 'UnsupportedOperation',
    kind: 'configuration',
    mend: 'AWS does not accept the request: check families, subnets and security groups',
  },
  { code: 'Unsupported', kind: 'capacity', mend: 'the zone does not have this type: add families or subnets' },
  {
    code: 'MaxSpotInstanceCountExceeded',
    kind: 'quota',
    mend: 'the Spot quota is used up (a new account has 5 vCPU): ask AWS for more in Service Quotas, or use size "large"',
  },
  { code: 'VcpuLimitExceeded', kind: 'quota', mend: 'the vCPU quota is used up: ask AWS for more in Service Quotas' },
  { code: 'InstanceLimitExceeded', kind: 'quota', mend: 'the quota of instances is used up: ask AWS for more in Service Quotas' },
  { code: 'MaxFleetCountExceeded', kind: 'quota', mend: 'the quota of fleets is used up: ask AWS for more in Service Quotas' },
  { code: 'SpotMaxPriceTooLow', kind: 'price', mend: 'the Spot price is above the offered one: allow on demand, or add families' },
  {
    code: 'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    kind: 'permission',
    mend: 'create the Spot role once: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
  },
  { code: 'UnauthorizedOperation', kind: 'permission', mend: PERMISSION },
  { code: 'AccessDenied', kind: 'permission', mend: PERMISSION },
  { code: 'AuthFailure', kind: 'permission', mend: 'AWS does not accept the credentials: check AWS_ROLE_ARN and its trust policy' },
  { code: 'ExpiredToken', kind: 'permission', mend: 'the credentials have run out: start the workflow again' },
  { code: 'RequestExpired', kind: 'permission', mend: 'the credentials have run out, or the clock is wrong: start the workflow again' },
  {
    code: 'CredentialsProviderError',
    kind: 'permission',
    mend: 'there are no AWS credentials: the job needs id-token: write and the step that assumes the role',
  },
  { code: 'OptInRequired', kind: 'permission', mend: 'the account does not have EC2 in this region: switch it on, or name another region' },
  { code: 'PendingVerification', kind: 'configuration', mend: 'AWS is still verifying the account: try again later' },
  { code: 'InvalidInstanceID.NotFound', kind: 'consistency', mend: LATER },
  { code: 'InvalidLaunchTemplateName.NotFound', kind: 'consistency', mend: LATER },
  { code: 'InvalidLaunchTemplateId.NotFound', kind: 'consistency', mend: LATER },
  { code: 'InvalidSubnetID', kind: 'configuration', mend: 'the subnet does not exist: correct pipeline.regions' },
  { code: 'InvalidGroup', kind: 'configuration', mend: 'the security group does not exist: correct pipeline.regions' },
  { code: 'IdempotentParameterMismatch', kind: 'mismatch', mend: 'another launch of this run used the same token: use "Re-run all jobs"' },
  { code: 'Invalid', kind: 'configuration', mend: 'AWS does not accept the request: check families, subnets and security groups' },
  { code: 'RequestLimitExceeded', kind: 'throttle', mend: 'AWS throttles this account: try again later' },
  { code: 'Throttling', kind: 'throttle', mend: 'AWS throttles this account: try again later' },
  ...['InternalError', 'InternalFailure', 'ServiceUnavailable', 'Unavailable'].map((code): Row => ({ code, kind: 'lost', mend: LATER })),
  // names of what goes wrong on the way, from Node and from AWS's SDK
  ...['TimeoutError', 'AbortError', 'NetworkingError', 'ECONN', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'UnknownError'].map(
    (code): Row => ({ code, kind: 'lost', mend: NETWORK }),
  ),
];

function rowOf(code: string): Row | undefined {
  return ROWS.find((row) => code.startsWith(row.code));
}

/** What kind of "no" an error code of EC2 is. */
export function classifyError(code: string): ErrorClass {
  return rowOf(code)?.kind ?? 'unknown';
}

/**
 * Is this the answer of a region that does not know user-data in a fleet request? EC2 has
 * taken it since 2026-07 only, and says of a parameter that it does not know its name.
 */
function refusesUserData(code: string, message: string): boolean {
  return /^(?:Unknown|Invalid|Unsupported|Unrecognized|Validation)/.test(code) && /LaunchTemplateSpecificationUserData/i.test(message);
}

/** What kind of "no" an error of a fleet request is. */
export function classifyFleetError({ code, message }: { readonly code: string; readonly message: string }): ErrorClass {
  return refusesUserData(code, message) ? 'user-data' : classifyError(code);
}

/** What a person can do about an error code of EC2. */
export function mendOf(code: string): string {
  return rowOf(code)?.mend ?? "see AWS's documentation of this code";
}

/** May the same question have another answer a moment later? */
export function heals(kind: ErrorClass): boolean {
  return kind === 'throttle' || kind === 'lost' || kind === 'consistency';
}
