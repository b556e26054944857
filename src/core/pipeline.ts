/**
 * Pipeline: how the workflows run.
 */
import { resolveActionPins } from './action-pins';
import { resolveBranchTags } from './branch-tags';
import type { Architecture, Pipeline, RunnerTokenSource } from './config';
import type { Faults } from './fault';
import { checkWord } from './grammar';
import type { PipelineOptions } from './options';
import { resolveRegions } from './region';
import { checkRunnerLabel, DEFAULT_HOSTED_RUNNER } from './runner-label';
import { suggest } from './suggest';

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

/** Longest name of a runner group. GitHub's own limit is not documented. */
const LONGEST_GROUP = 100;

function checkRunnerGroup(faults: Faults, group: string | undefined): void {
  if (group === undefined) return;
  const path = 'pipeline.runnerGroup';
  checkWord(faults, path, group, 'name of a runner group', LONGEST_GROUP);
  if (group.toLowerCase() === 'default')
    faults.add(
      path,
      group,
      "the group that every organisation has is open to all of its repositories, so that another one's job could take the machine",
      'make a group that only this repository may use, or leave the option away',
    );
}

const TOKEN_SOURCES: readonly RunnerTokenSource[] = ['app', 'secret'];

function resolveRunnerToken(faults: Faults, source = 'app'): RunnerTokenSource {
  const known = TOKEN_SOURCES.find((one) => one === source);
  if (known === undefined)
    faults.add('pipeline.runnerToken', source, 'a token comes from "app" or from "secret"', suggest(source, TOKEN_SOURCES));
  return known ?? 'app';
}

function checkPrice(faults: Faults, price: number): void {
  if (Number.isFinite(price) && price > 0) return;
  faults.add(
    'pipeline.maxBuildPrice',
    price,
    'it is no price: no machine could ever be launched',
    'write one like 0.2, or leave the option away',
  );
}

function checkProxy(faults: Faults, proxy: string): void {
  if (/^http:\/\/[A-Za-z0-9]+(?:(?:\.|-+)[A-Za-z0-9]+)*:[0-9]{1,5}$/.test(proxy) && URL.canParse(proxy)) return;
  const why = 'it is no plain address of a proxy: scheme http, a name or an IPv4 address, and a port, without user, password and path';
  faults.add('pipeline.proxy', proxy, why, 'write it like "http://proxy.example.com:3128"');
}

/** A machine image belongs to one region, so that one id cannot serve several. */
export function checkImages(faults: Faults, architectures: readonly Architecture[], { regions }: Pipeline): void {
  if (regions.length < 2) return;
  architectures.forEach(({ builder }, i) => {
    if (builder.kind !== 'spot' || builder.ami === undefined) return;
    const why = `an image belongs to one region, and there are ${regions.length}: ${regions.map(({ name }) => name).join(', ')}`;
    faults.add(`architectures[${i}].spot.ami`, builder.ami, why, 'keep one region, or leave the option away');
  });
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
    sbom = false,
    sign = false,
    hostedRunner = DEFAULT_HOSTED_RUNNER,
    onDemandFallback = false,
    hostedFallback = false,
    maxBuildPrice,
    proxy,
    environment = 'spot-builders',
    endBySchedule = true,
    runnerGroup,
  } = options;
  const branchTags = resolveBranchTags(faults, options.branchTags, architectures, aliases);
  checkBuildTimeout(faults, buildTimeoutMinutes);
  checkRunnerLabel(faults, 'pipeline.hostedRunner', hostedRunner);
  const regions = resolveRegions(faults, options.regions);
  checkWord(faults, 'pipeline.environment', environment, 'name of an environment');
  checkRunnerGroup(faults, runnerGroup);
  const runnerToken = resolveRunnerToken(faults, options.runnerToken);
  if (maxBuildPrice !== undefined) checkPrice(faults, maxBuildPrice);
  if (proxy !== undefined) checkProxy(faults, proxy);
  const actionPins = resolveActionPins(faults, options.actionPins);
  return {
    triggers,
    branchTags,
    aliases,
    buildTimeoutMinutes,
    cache,
    sbom,
    sign,
    hostedRunner,
    regions,
    onDemandFallback,
    environment,
    endBySchedule,
    ...(runnerGroup === undefined ? {} : { runnerGroup }),
    runnerToken,
    hostedFallback,
    ...(maxBuildPrice === undefined ? {} : { maxBuildPrice }),
    ...(proxy === undefined ? {} : { proxy }),
    actionPins,
  };
}
