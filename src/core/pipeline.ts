/**
 * Pipeline: how the workflows run.
 */
import { resolveActionPins } from './action-pins';
import { resolveBranchTags } from './branch-tags';
import type { Pipeline } from './config';
import type { Faults } from './fault';
import { checkWord } from './grammar';
import type { PipelineOptions } from './options';
import { resolveRegions } from './region';
import { checkRunnerLabel, DEFAULT_HOSTED_RUNNER } from './runner-label';

/**
 * Longest build, in minutes. GitHub ends a job on its own runners after six
 * hours, and the workflow that tests the image builds it there. A runner's
 * registration sets no limit: its hour ends when the runner has its job.
 */
const LONGEST_BUILD_MINUTES = 360;

/** Shortest build that makes sense, in minutes: a first one, without cache, would be cut off. */
const SHORTEST_BUILD_MINUTES = 5;

const DEFAULT_BUILD_MINUTES = 60;

function checkBuildTimeout(faults: Faults, minutes: number): void {
  const path = 'pipeline.buildTimeoutMinutes';
  const mend = `write whole minutes from ${SHORTEST_BUILD_MINUTES} to ${LONGEST_BUILD_MINUTES}, or leave the option away for ${DEFAULT_BUILD_MINUTES}`;
  if (!Number.isInteger(minutes)) faults.add(path, minutes, 'it is no whole number of minutes', mend);
  else if (minutes < SHORTEST_BUILD_MINUTES) faults.add(path, minutes, 'no build without cache would ever end in time', mend);
  else if (minutes > LONGEST_BUILD_MINUTES)
    faults.add(path, minutes, `GitHub ends every job on its own runners after ${LONGEST_BUILD_MINUTES} minutes`, mend);
}

/**
 * Resolves the pipeline.
 * @param architectures names of the architectures, which no tag may end with
 */
export function resolvePipeline(faults: Faults, options: PipelineOptions = {}, architectures: readonly string[]): Pipeline {
  const {
    triggers = false,
    aliases = false,
    buildTimeoutMinutes = DEFAULT_BUILD_MINUTES,
    cache = true,
    hostedRunner = DEFAULT_HOSTED_RUNNER,
    onDemandFallback = false,
    environment = 'spot-builders',
  } = options;
  const branchTags = resolveBranchTags(faults, options.branchTags, architectures, aliases);
  checkBuildTimeout(faults, buildTimeoutMinutes);
  checkRunnerLabel(faults, 'pipeline.hostedRunner', hostedRunner);
  const regions = resolveRegions(faults, options.regions);
  checkWord(faults, 'pipeline.environment', environment, 'name of an environment');
  const actionPins = resolveActionPins(faults, options.actionPins);
  return { triggers, branchTags, aliases, buildTimeoutMinutes, cache, hostedRunner, regions, onDemandFallback, environment, actionPins };
}
