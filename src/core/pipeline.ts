/**
 * Pipeline: how the workflows run.
 */
import { DEFAULT_ACTION_PINS } from './action-pins';
import type { ActionPin, Pipeline, Region } from './config';
import { type Faults, suggest } from './fault';
import { checkWord } from './grammar';
import type { PipelineOptions, RegionOptions } from './options';
import { HOSTED_LABELS } from './platform';
import { architectureOf } from './tags';
import { isTag } from './grammar';

/** Pinned with its version, so that the machine does not change under a workflow. */
export const DEFAULT_HOSTED_RUNNER = 'ubuntu-24.04';

/** Longest job on a GitHub-hosted runner, in minutes. */
const LONGEST_JOB_MINUTES = 360;

/**
 * Shortest build time that makes sense, in minutes: below, a first build without
 * cache would be cut off.
 */
const SHORTEST_JOB_MINUTES = 5;

const DEFAULT_BRANCH_TAGS: Readonly<Record<string, string>> = { master: 'latest', develop: 'develop' };

function resolveBranchTags(faults: Faults, branchTags: Readonly<Record<string, string>>, architectures: readonly string[]): Readonly<Record<string, string>> {
  const seen = new Map<string, string>();
  for (const [branch, tag] of Object.entries(branchTags)) {
    const path = `pipeline.branchTags.${branch}`;
    if (!/^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch) || branch.includes('..') || /\/$|\.lock$|\/\//.test(branch)) {
      faults.add(path, branch, 'it is no plain branch name', 'use letters, digits and . _ - / only');
    }
    if (!isTag(tag)) faults.add(path, tag, 'it is no image tag', 'use a letter, digit or _, then letters, digits, . _ -');
    else if (/^v[0-9]/.test(tag)) {
      faults.add(path, tag, 'tags that begin with v and a digit are versions; only git tags give them', 'use a word such as "latest"');
    }
    const suffix = architectureOf(tag, architectures);
    if (suffix !== undefined) {
      faults.add(path, tag, `it ends with "-${suffix}", as the tag of that architecture does`, `use "${tag.slice(0, -suffix.length - 1) || 'latest'}"`);
    }
    const other = seen.get(tag);
    if (other !== undefined) faults.add(path, tag, `branch "${other}" gives this tag already; two branches would overwrite each other`, 'give one of them another tag');
    seen.set(tag, branch);
  }
  return branchTags;
}

function resolveRegion(faults: Faults, path: string, options: RegionOptions): Region {
  if (!/^[a-z]{2}(?:-[a-z]+)+-[0-9]$/.test(options.name)) {
    faults.add(`${path}.name`, options.name, 'it is no AWS region', 'write it like "us-east-1" or "cn-northwest-1"');
  }
  options.subnets?.forEach((id, i) => {
    if (!/^subnet-[0-9a-f]{8,17}$/.test(id)) faults.add(`${path}.subnets[${i}]`, id, 'it is no subnet id', 'write it like "subnet-0123456789abcdef0"');
  });
  options.securityGroups?.forEach((id, i) => {
    if (!/^sg-[0-9a-f]{8,17}$/.test(id)) faults.add(`${path}.securityGroups[${i}]`, id, 'it is no security group id', 'write it like "sg-0123456789abcdef0"');
  });
  return {
    name: options.name,
    partition: options.name.startsWith('cn-') ? 'aws-cn' : 'aws',
    subnets: options.subnets ?? [],
    securityGroups: options.securityGroups ?? [],
  };
}

function resolveRegions(faults: Faults, list: readonly RegionOptions[]): Region[] {
  if (list.length === 0) faults.add('pipeline.regions', [], 'without a region no machine can be launched', 'name one, or leave the option away');
  const regions = list.map((r, i) => resolveRegion(faults, `pipeline.regions[${i}]`, r));
  regions.forEach((r, i) => {
    if (regions.findIndex((o) => o.name === r.name) !== i) faults.add(`pipeline.regions[${i}].name`, r.name, 'it is listed twice', 'keep one of them');
    if (r.partition !== regions[0].partition) {
      faults.add(
        `pipeline.regions[${i}].name`,
        r.name,
        `China's regions are a partition of their own, with other accounts and credentials than ${regions[0].name}'s`,
        'keep either China or the rest of the world',
      );
    }
  });
  return regions;
}

function resolvePins(faults: Faults, options: PipelineOptions): Readonly<Record<string, ActionPin>> {
  const pins: Record<string, ActionPin> = Object.fromEntries(DEFAULT_ACTION_PINS.map((p) => [p.action, p]));
  options.actionPins?.forEach((pin, i) => {
    const path = `pipeline.actionPins[${i}]`;
    if (!/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._/-]+)?$/.test(pin.action)) {
      faults.add(`${path}.action`, pin.action, 'it is no action', 'write it like "actions/checkout", without "@"');
    }
    if (!/^[0-9a-f]{40}$/.test(pin.commit)) {
      faults.add(`${path}.commit`, pin.commit, 'a pin is a full commit: 40 lower-case hexadecimal digits; a tag can be moved', 'look up the commit that the tag names');
    }
    checkWord(faults, `${path}.version`, pin.version, 'version');
    pins[pin.action] = pin;
  });
  return pins;
}

/**
 * Resolves the pipeline.
 * @param architectures names of the architectures, which no tag may end with
 */
export function resolvePipeline(faults: Faults, options: PipelineOptions = {}, architectures: readonly string[]): Pipeline {
  const buildTimeoutMinutes = options.buildTimeoutMinutes ?? 60;
  if (!Number.isInteger(buildTimeoutMinutes) || buildTimeoutMinutes < SHORTEST_JOB_MINUTES || buildTimeoutMinutes > LONGEST_JOB_MINUTES) {
    faults.add(
      'pipeline.buildTimeoutMinutes',
      options.buildTimeoutMinutes,
      `a build may take ${SHORTEST_JOB_MINUTES} to ${LONGEST_JOB_MINUTES} whole minutes; GitHub ends hosted jobs after ${LONGEST_JOB_MINUTES}`,
      'leave the option away for 60',
    );
  }
  const hostedRunner = options.hostedRunner ?? DEFAULT_HOSTED_RUNNER;
  checkWord(faults, 'pipeline.hostedRunner', hostedRunner, 'runner label');
  if (/^ubuntu-/.test(hostedRunner) && !Object.hasOwn(HOSTED_LABELS, hostedRunner)) {
    faults.add('pipeline.hostedRunner', hostedRunner, 'GitHub has no runner of this label', suggest(hostedRunner, Object.keys(HOSTED_LABELS)));
  }
  const environment = options.environment ?? 'spot-builders';
  checkWord(faults, 'pipeline.environment', environment, 'environment name');
  return {
    triggers: options.triggers ?? false,
    branchTags: resolveBranchTags(faults, options.branchTags ?? DEFAULT_BRANCH_TAGS, architectures),
    buildTimeoutMinutes,
    cache: options.cache ?? true,
    hostedRunner,
    regions: resolveRegions(faults, options.regions ?? [{ name: 'us-east-1' }]),
    environment,
    actionPins: resolvePins(faults, options),
  };
}
