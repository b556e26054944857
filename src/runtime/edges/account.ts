import type { FleetRequest, LaunchTemplateData } from './ec2';

/** Who asks. */
export interface Caller {
  /** Twelve digits. */
  readonly account: string;
  /** Of a role that was taken: `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`. */
  readonly arn: string;
}

/** A subnet, with what decides whether a machine in it reaches the internet. */
export interface SubnetFacts {
  readonly id: string;
  readonly zone: string;
  readonly vpc: string;
  /** Addresses that are free. */
  readonly free: number;
  /** Where its route to everywhere leads: `igw-…`, `nat-…` or another way; undefined where there is none. */
  readonly wayOut?: string;
}

/** A security group. */
export interface GroupFacts {
  readonly id: string;
  readonly vpc: string;
  /** Sources other than the group itself that it lets in, each with its ports: `0.0.0.0/0 tcp 22`. */
  readonly ingress: readonly string[];
}

/** What EC2 says of an instance type. */
export interface TypeFacts {
  readonly type: string;
  readonly vcpus: number;
  readonly memoryMib: number;
}

/** What could be done, and is not: EC2 only says whether it would be allowed. */
export type Rehearsal =
  | { readonly action: 'CreateFleet' | 'RunInstances'; readonly request: FleetRequest; readonly template: LaunchTemplateData }
  | { readonly action: 'CreateLaunchTemplate'; readonly name: string; readonly data: LaunchTemplateData }
  | { readonly action: 'TerminateInstances' | 'GetConsoleOutput'; readonly id: string };

/** What the account has and allows in one region. Nothing is ever changed. Every call throws CloudError. */
export interface Account {
  readonly region: string;
  caller(): Promise<Caller>;
  /** EC2's answer to a dry run: `DryRunOperation` means that it would be allowed. */
  rehearse(what: Rehearsal): Promise<{ readonly code: string; readonly message: string }>;
  /** These subnets, or the default VPC's for an empty list. */
  subnets(ids: readonly string[]): Promise<SubnetFacts[]>;
  /** These groups, or the default one of the VPC. */
  securityGroups(ids: readonly string[], vpc: string): Promise<GroupFacts[]>;
  /** Those of the types that the region knows. */
  instanceTypes(types: readonly string[]): Promise<TypeFacts[]>;
  /** Running vCPUs that the account may have, by the quota's code. */
  quota(code: string): Promise<number>;
  /** The value of an SSM parameter. */
  parameter(name: string): Promise<string>;
}
