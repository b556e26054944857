import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Market } from '../../core/runner/next-try';

/** A launch template's content, as EC2 has it. */
export type LaunchTemplateData = RequestLaunchTemplateData;

/** An instance type in a subnet. */
export interface Candidate {
  readonly type: string;
  readonly subnet: string;
  /** Availability zone of the subnet. */
  readonly zone: string;
}

/** One instance, wanted. */
export interface FleetRequest {
  readonly market: Market;
  /** At most 64 ASCII characters. The same token with the same parameters gives the same instance. */
  readonly clientToken: string;
  /** Name of a launch template; its first version is used. */
  readonly template: string;
  /** AMI id, or `resolve:ssm:<parameter>`. */
  readonly image: string;
  /** Plain text of at most 16 KiB; undefined where the template has it. */
  readonly userData?: string;
  /** What a Spot machine may cost per hour at most, in the region's currency; EC2 takes it back above that. Undefined for on-demand's price. */
  readonly maxPrice?: number;
  readonly candidates: readonly Candidate[];
  /** For the instance and its volume. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What EC2 made of the request: 200 may hold no instance. */
export interface FleetAnswer {
  readonly instances: readonly { readonly id: string; readonly type: string; readonly zone?: string }[];
  readonly errors: readonly FleetError[];
}

/** Why one candidate gave no instance. */
export interface FleetError {
  readonly code: string;
  readonly message: string;
  readonly type?: string;
}

/** One instance, in whatever state. Terminated ones are visible for about an hour. */
export interface Instance {
  readonly id: string;
  /** `pending`, `running`, `shutting-down`, `terminated`, `stopping` or `stopped`. */
  readonly state: string;
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly market: Market;
  /** Availability zone. */
  readonly zone: string;
  /** When it was launched, in milliseconds since 1970. */
  readonly launchedAt?: number;
  /** `StateReason.Code`: why it left the running state, such as `Server.SpotInstanceTermination`. */
  readonly reasonCode?: string;
  /** `StateTransitionReason`, such as `User initiated (2026-11-24 08:00:00 GMT)`. */
  readonly transition?: string;
  /** The same for people, in AWS's words. */
  readonly reason?: string;
}

/** What a machine may leave behind: a launch template or a volume. */
export interface Leftover {
  /** Id of a volume; name of a launch template. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** When it was made, in milliseconds since 1970; undefined where EC2 does not say. */
  readonly createdAt?: number;
  /** Of a volume: `available` if no machine has it. */
  readonly state?: string;
}

/** Of EC2 in one region only what launching and stopping need. Every call throws CloudError. */
export interface Ec2 {
  readonly region: string;
  /** These subnets, or the default VPC's for an empty list. */
  subnets(ids: readonly string[]): Promise<{ readonly id: string; readonly zone: string }[]>;
  /** Where in the region these instance types are offered at all. */
  offerings(types: readonly string[]): Promise<{ readonly type: string; readonly zone: string }[]>;
  /** Is there a launch template of this name? */
  hasTemplate(name: string): Promise<boolean>;
  /** Creates a launch template. One of this name that exists already is fine: names tell contents. */
  createTemplate(name: string, data: LaunchTemplateData, tags?: Readonly<Record<string, string>>): Promise<void>;
  /** Removes a launch template. One that is gone already is fine. */
  deleteTemplate(name: string, signal?: AbortSignal): Promise<void>;
  /** Asks for one instance, at once, where capacity and price are best. */
  createFleet(request: FleetRequest): Promise<FleetAnswer>;
  /** All instances that carry all of these tags. An aborted signal ends the call. */
  instances(tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Instance[]>;
  /** Requests termination. An instance that is terminated already is fine. */
  terminate(ids: readonly string[], signal?: AbortSignal): Promise<void>;
  /** The instance's console, at most its last 64 KB; empty while EC2 has none. Readable for about an hour after the end. */
  console(id: string, signal?: AbortSignal): Promise<string>;
  /** The Spot price of a Linux machine per hour, in the region's currency, at a moment in milliseconds since 1970; undefined if EC2 knows none. */
  spotPrice(type: string, zone: string, at: number, signal?: AbortSignal): Promise<number | undefined>;
  /** The Spot prices of Linux machines at a moment, by type and zone: one for each place in which the type is had on Spot. */
  spotPrices(types: readonly string[], at: number): Promise<{ readonly type: string; readonly zone: string; readonly hourly: number }[]>;
  /** All launch templates that carry all of these tags. */
  taggedTemplates(tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Leftover[]>;
  /** All volumes that carry all of these tags. */
  taggedVolumes(tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Leftover[]>;
  /** Removes a volume that no machine has. One that is gone already is fine. */
  removeVolume(id: string, signal?: AbortSignal): Promise<void>;
}

/** AWS refused, failed or did not answer. */
export class CloudError extends Error {
  override readonly name = 'CloudError';

  /**
   * @param code AWS's error code, such as `UnauthorizedOperation`, or the name of what went wrong on the way
   * @param region where it was asked
   * @param action the API action
   * @param options the cause; the service, if it is not EC2
   */
  constructor(
    readonly code: string,
    readonly region: string,
    readonly action: string,
    message: string,
    options?: ErrorOptions & { readonly service?: string },
  ) {
    super(`${options?.service ?? 'EC2'} ${action} in ${region}: ${code}: ${message}`, options);
  }
}
