/**
 * What of a config the run-time script needs: `.github/spot-image.json`. Workflows
 * pass it facts of the run, never of the config.
 */
import { hostBuilder } from './architecture';
import type { Ec2Cpu, ImageConfig, SpotBuilder } from './config';
import { type GuestTools, guestTools } from './guest-tools';
import { HOSTED_RUNNERS } from './platform';
import { type TimeToLive, timeToLive } from './time-to-live';

/** The image, and what its index is annotated with. */
export interface RuntimeImage {
  /** Registry host. */
  readonly registry: string;
  /** `registry/owner/name`. */
  readonly reference: string;
  /** References that get the same digests. */
  readonly additional: readonly string[];
  readonly title: string;
  readonly description: string;
  readonly license: string;
  readonly vendor: string;
  /** Web address of the source repository. */
  readonly source: string;
  /** Reference of the layer cache, where builds have one. */
  readonly cache?: string;
}

/** Which instances an architecture is built on. */
export interface RuntimeMachine {
  readonly cpu: Ec2Cpu;
  readonly instanceTypes: readonly string[];
  /** Id of a fixed machine image; undefined for the newest Amazon Linux 2023. */
  readonly ami?: string;
  /** Label of GitHub's runner to build on if EC2 has no machine; undefined where the config does not allow it. */
  readonly hostedFallback?: string;
}

/** One architecture. */
export interface RuntimeArchitecture {
  readonly name: string;
  /** Normalised OCI platform. */
  readonly platform: string;
  /** Name of the workflow that builds it, as people see it. */
  readonly workflow: string;
  /** Its Spot instances, or undefined where its builder is kept ready. */
  readonly spot?: RuntimeMachine;
}

/** A region to launch in; empty lists stand for the default VPC's own. */
export interface RuntimeRegion {
  readonly name: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** Whether a schedule ends each machine from outside, after its time to live. */
  readonly endBySchedule: boolean;
}

/** Whose signature a public image has. */
export interface RuntimeSignature {
  /** Regular expression (Go's) of the signing workflow's address at a ref, as its certificate names it. */
  readonly identity: string;
  /** Who vouched for that identity. */
  readonly issuer: string;
}

/** The workflows that merge, by file name, and so sign. */
export const SIGNING_WORKFLOWS = ['merge-manifests.yml', 'publish.yml'];

/** Issuer of the identities of GitHub's workflows. */
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** GitHub's names ignore case, its certificates have the case that a name was registered with. */
function signature(source: string): RuntimeSignature {
  const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const files = SIGNING_WORKFLOWS.map(literally).join('|');
  return { identity: `(?i)^${literally(source)}/\\.github/workflows/(${files})@refs/(heads|tags)/`, issuer: GITHUB_ISSUER };
}

/** The file's content. */
export interface RuntimeConfig {
  readonly image: RuntimeImage;
  /** Branch → base tag. */
  readonly branchTags: Readonly<Record<string, string>>;
  /** Whether versions have aliases. */
  readonly aliases: boolean;
  /** Whose signature the public image has; undefined where none is asked for. */
  readonly signature?: RuntimeSignature;
  readonly architectures: readonly RuntimeArchitecture[];
  /** In order of preference. */
  readonly regions: readonly RuntimeRegion[];
  /** Whether a machine may be had on demand when there is none on Spot. */
  readonly onDemandFallback: boolean;
  /** GitHub Environment of the jobs that hold credentials. */
  readonly environment: string;
  /** The organisation's runner group to register in; undefined: at the repository. */
  readonly runnerGroup?: string;
  /** Highest price of a machine over its whole time to live, in the currency of the regions; undefined for no limit. */
  readonly maxBuildPrice?: number;
  /** `http://host:port` of the guests' proxy, or undefined for none. */
  readonly proxy?: string;
  readonly timeToLive: TimeToLive;
  /** Downloads of the guest, for every CPU kind that an architecture uses. */
  readonly guestTools: Readonly<Partial<Record<Ec2Cpu, GuestTools>>>;
}

/** Where the script finds it, from the script's own folder. */
export const RUNTIME_CONFIG_FROM_SCRIPT = '../spot-image.json';

/** Name of the workflow that builds an architecture. */
export function buildWorkflowName(architecture: { readonly label: string }): string {
  return `Build ${architecture.label}`;
}

function runtimeMachine({ cpu, instanceTypes, ami }: SpotBuilder, hostedFallback: boolean): RuntimeMachine {
  return {
    cpu,
    instanceTypes,
    ...(ami === undefined ? {} : { ami }),
    ...(hostedFallback ? { hostedFallback: HOSTED_RUNNERS[cpu] } : {}),
  };
}

/** Takes from a config what the run-time script needs. */
export function runtimeConfig(config: ImageConfig): RuntimeConfig {
  const { image, pipeline } = config;
  const architectures = config.architectures.map((architecture): RuntimeArchitecture => {
    const host = hostBuilder(architecture);
    return {
      name: architecture.name,
      platform: architecture.platform,
      workflow: buildWorkflowName(architecture),
      ...(host.kind === 'spot' ? { spot: runtimeMachine(host, pipeline.hostedFallback) } : {}),
    };
  });
  const cpus = [...new Set(architectures.flatMap(({ spot }) => spot?.cpu ?? []))];
  return {
    image: {
      registry: image.registry,
      reference: image.reference,
      additional: image.additional.map(({ reference }) => reference),
      title: image.title,
      description: image.description,
      license: image.license,
      vendor: image.vendor,
      source: image.source,
      ...(pipeline.cache ? { cache: image.cacheReference } : {}),
    },
    branchTags: pipeline.branchTags,
    aliases: pipeline.aliases,
    ...(pipeline.sign ? { signature: signature(image.source) } : {}),
    architectures,
    regions: pipeline.regions.map(({ name, subnets, securityGroups, hasScheduler }) => ({
      name,
      subnets,
      securityGroups,
      endBySchedule: pipeline.endBySchedule && hasScheduler,
    })),
    runnerGroup: pipeline.runnerGroup,
    onDemandFallback: pipeline.onDemandFallback,
    environment: pipeline.environment,
    ...(pipeline.maxBuildPrice === undefined ? {} : { maxBuildPrice: pipeline.maxBuildPrice }),
    ...(pipeline.proxy === undefined ? {} : { proxy: pipeline.proxy }),
    timeToLive: timeToLive(pipeline.buildTimeoutMinutes),
    guestTools: Object.fromEntries(cpus.map((cpu) => [cpu, guestTools(cpu, config.mirrors)])),
  };
}

/**
 * The file's text: JSON, with a first key that says where it comes from.
 * @param marker the sentence that generated files carry
 */
export function renderRuntimeConfig(config: ImageConfig, marker: string): string {
  return `${JSON.stringify({ '//': marker, ...runtimeConfig(config) }, undefined, 2)}\n`;
}
