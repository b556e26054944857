/** What the documents say of a config: derived once, then only put into words. */
import { hostBuilder } from '../../core/architecture';
import type { Architecture, ImageConfig, Language, OpenRestyConfig } from '../../core/config';
import { isOpenResty } from '../../core/config';
import { archTag } from '../../core/tags';
import { buildWorkflow } from '../pipeline/build-workflow';
import { doctorWorkflow } from '../pipeline/doctor-workflow';
import { mergeWorkflow } from '../pipeline/merge-workflow';
import { publishWorkflow } from '../pipeline/publish-workflow';
import { reapWorkflow } from '../pipeline/reap-workflow';
import { testWorkflow } from '../pipeline/test-workflow';
import type { CallJob, Job, Workflow } from '../pipeline/workflow';
import { list } from './words';

/** How the documents are cut for one project. */
export interface DocumentsSwitches {
  /** Is this the repository of the project type itself? Then its README also says how to work on the type. */
  readonly home?: boolean;
}

/** One architecture and the workflow that builds it. */
export interface Build {
  readonly architecture: Architecture;
  readonly workflow: Workflow;
  /** The architecture whose machine does the work: another one's where this is emulated. */
  readonly host: Architecture;
}

/** What every section is rendered from. */
export interface Facts {
  readonly config: ImageConfig;
  /** The same config, if it is OpenResty's. */
  readonly openresty: OpenRestyConfig | undefined;
  readonly home: boolean;
  /** In the order of the config. */
  readonly builds: readonly Build[];
  /** Those that are built on a Spot instance, natively or emulated. */
  readonly spotBuilds: readonly Build[];
  /** Those that are not emulated. */
  readonly nativeBuilds: readonly Build[];
  readonly emulatedBuilds: readonly Build[];
  readonly merge: Workflow;
  /** Builds and merges in one run. */
  readonly publish: Workflow<Job | CallJob>;
  /** Undefined where no machine is launched. */
  readonly reap: Workflow | undefined;
  readonly test: Workflow;
  readonly doctor: Workflow;
  /** A base tag that this project has, for examples. */
  readonly tag: string;
  /** A version tag, for examples. */
  readonly versionTag: string;
}

/** Derives the facts. */
export function factsOf(config: ImageConfig, switches: DocumentsSwitches = {}): Facts {
  const openresty = isOpenResty(config) ? config : undefined;
  const builds = config.architectures.map((architecture): Build => {
    const { builder } = architecture;
    const host = builder.kind === 'emulated' ? config.architectures.find(({ name }) => name === builder.on) : undefined;
    return { architecture, workflow: buildWorkflow(config, architecture), host: host ?? architecture };
  });
  return {
    config,
    openresty,
    home: switches.home ?? false,
    builds,
    spotBuilds: builds.filter(({ architecture }) => hostBuilder(architecture).kind === 'spot'),
    nativeBuilds: builds.filter(({ architecture }) => architecture.builder.kind !== 'emulated'),
    emulatedBuilds: builds.filter(({ architecture }) => architecture.builder.kind === 'emulated'),
    merge: mergeWorkflow(config),
    publish: publishWorkflow(config),
    reap: reapWorkflow(config),
    test: testWorkflow(config),
    doctor: doctorWorkflow(config),
    tag: Object.values(config.pipeline.branchTags)[0] ?? 'v1.0.0',
    versionTag: openresty ? `v${openresty.openresty.version}` : 'v1.0.0',
  };
}

/** `AMD64 and ARM64`. */
export function labels(builds: readonly Build[], language: Language): string {
  return list(
    builds.map(({ architecture }) => architecture.label),
    language,
  );
}

/** Arch tags of a base tag as code: `` `latest-amd64` ``, …. */
export function archTags(facts: Facts, tag: string): string[] {
  return facts.builds.map(({ architecture }) => `\`${archTag(tag, architecture.name)}\``);
}

/** Base tags as examples: `latest` or `v1.0.0`. */
export function tagExamplesInWords({ tag }: Facts, language: Language): string {
  return list(
    [...new Set([tag, 'v1.0.0'])].map((one) => `\`${one}\``),
    language,
    'or',
  );
}

/** Branches that give a tag, in alphabetical order. */
export function branches(facts: Facts): string[] {
  return Object.keys(facts.config.pipeline.branchTags).sort();
}
