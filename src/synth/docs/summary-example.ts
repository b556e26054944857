/** What a run's summary looks like: rendered by the function that writes it, from an invented build. */
import { hostBuilder } from '../../core/architecture';
import { PLATFORMS } from '../../core/platform';
import { onDemandPrice } from '../../core/prices';
import type { JobTimes, RunStory } from '../../core/summary/facts';
import { summaryBody } from '../../core/summary/run-summary';
import { REFERENCE } from './cost-table';
import type { Facts } from './facts';
import type { Block } from './markdown';

/** The invented build begins at this moment; all else is seconds from there. */
const START = Date.UTC(2026, 0, 2, 8);

/** Invented too: a Spot price that a type may have at one moment, per hour in the region's currency. */
const SPOT_PRICE = { USD: 0.03, CNY: 0.2 } as const;

const RUNNER = 'spot-17654321098-1-example-1';

function span(name: string, from: number, to: number) {
  return { name, conclusion: 'success', startedAt: START + from * 1000, completedAt: START + to * 1000 };
}

const JOBS: readonly JobTimes[] = [
  { ...span('launch', 0, 62), steps: [span('Launch', 4, 58)] },
  {
    ...span('build', 66, 321),
    runner: RUNNER,
    steps: [span('Check out', 67, 68), span('Build and smoke-test', 68, 294), span('Push', 294, 320)],
  },
];

/** The summary of an invented build of the first architecture that is built on Spot; undefined where none is. */
export function summaryExample({ config, spotBuilds }: Facts): Block | undefined {
  const [first] = spotBuilds;
  if (first === undefined) return undefined;
  const { architecture, host } = first;
  const builder = hostBuilder(architecture);
  if (builder.kind !== 'spot') return undefined;
  const { name: region } = config.pipeline.regions[0];
  const currency = region.startsWith('cn-') ? 'CNY' : 'USD';
  const story: RunStory = {
    architecture: architecture.name,
    platform: architecture.platform,
    hostedRunner: PLATFORMS[host.platform]?.hostedRunner,
    machines: [
      {
        id: 'i-0123456789abcdef0',
        type: builder.instanceTypes.find((type) => onDemandPrice(region, type) !== undefined) ?? builder.instanceTypes[0],
        region,
        zone: `${region}a`,
        market: 'spot',
        runner: RUNNER,
        attempt: '1',
        cause: 'terminated',
        why: 'it was terminated through EC2',
        launchedAt: START + 7_000,
        endedAt: START + 336_000,
        seconds: 329,
        hourly: { value: SPOT_PRICE[currency], currency, unit: 'hour', source: 'invented' },
        diskGib: REFERENCE.diskGib,
        console: [],
      },
    ],
    jobs: JOBS,
    tries: [],
    unproven: [],
    stop: { startedAt: START + 334_000, provenAt: START + 370_000 },
  };
  return summaryBody(story);
}
