/** Stories of builds, as `stop` would know them. */
import type { JobTimes, MachineEnd, RunStory, StepTimes } from '../../../src/core/summary/facts';

/** A moment of the stories' day, in UTC. */
export function at(time: string): number {
  return Date.parse(`2026-11-24T${time}Z`);
}

/** A step that has ended. */
export function step(name: string, from: string, to: string | undefined, conclusion: string | undefined = 'success'): StepTimes {
  return { name, conclusion, startedAt: at(from), completedAt: to === undefined ? undefined : at(to) };
}

const LAUNCH: JobTimes = {
  ...step('Launch a Spot instance', '08:00:00', '08:01:10'),
  runner: 'GitHub Actions 1000001',
  steps: [step('Check out the script', '08:00:02', '08:00:04'), step('Launch', '08:00:08', '08:01:02')],
};

const BUILD: JobTimes = {
  ...step('Build ARM64', '08:01:14', '08:05:29'),
  runner: 'spot-17654321098-1-arm64-1',
  steps: [
    step('Set up job', '08:01:15', '08:01:17'),
    step('Check out', '08:01:17', '08:01:18'),
    step('Build and smoke-test', '08:01:18', '08:05:02'),
    step('Log in to ghcr.io', '08:05:02', '08:05:02'),
    step('Push', '08:05:02', '08:05:28'),
  ],
};

/** A machine of the stories. */
export const MACHINE: MachineEnd = {
  id: 'i-0f1e2d3c4b5a69788',
  type: 'c7g.large',
  region: 'us-east-1',
  zone: 'us-east-1a',
  market: 'spot',
  runner: 'spot-17654321098-1-arm64-1',
  attempt: '1',
  cause: 'terminated',
  why: 'it was terminated through EC2',
  launchedAt: at('08:00:11'),
  endedAt: at('08:05:44'),
  seconds: 333,
  hourly: { value: 0.0289, currency: 'USD', unit: 'hour', date: '2026-11-24', source: "EC2's history of Spot prices" },
  diskGib: 30,
  console: ['spot-image: armed', 'spot-image: runner listening'],
};

/** All went well. */
export const GREEN: RunStory = {
  architecture: 'arm64',
  platform: 'linux/arm64',
  hostedRunner: 'ubuntu-24.04-arm',
  machines: [MACHINE],
  jobs: [LAUNCH, BUILD],
  tries: [],
  unproven: [],
  stop: { startedAt: at('08:05:42'), provenAt: at('08:06:19') },
};

const TAKEN: MachineEnd = {
  ...MACHINE,
  cause: 'reclaimed',
  why: 'AWS took the Spot machine back',
  endedAt: at('08:03:31'),
  seconds: 200,
  console: [],
};

const BROKEN_OFF: JobTimes = {
  ...BUILD,
  conclusion: 'failure',
  completedAt: at('08:13:40'),
  steps: [...BUILD.steps.slice(0, 2), step('Build and smoke-test', '08:01:18', undefined, undefined)],
};

/** Spot took the machine in the middle of the build. */
export const RECLAIMED: RunStory = {
  ...GREEN,
  machines: [TAKEN],
  jobs: [LAUNCH, BROKEN_OFF],
  tries: [{ region: 'us-east-1', market: 'spot', seconds: 2, why: 'InsufficientInstanceCapacity (c6g.large): there is no capacity now' }],
  stop: { startedAt: at('08:13:52'), provenAt: at('08:13:58') },
};

const AGAIN: MachineEnd = {
  ...MACHINE,
  id: 'i-0a1b2c3d4e5f60718',
  market: 'on-demand',
  runner: 'spot-17654321098-1-arm64-2',
  launchedAt: at('08:14:20'),
  endedAt: at('08:19:50'),
  seconds: 330,
  hourly: { value: 0.0725, currency: 'USD', unit: 'hour', source: 'the price list' },
};

/** The same run's second machine, which built the image. */
export const AGAIN_GREEN: RunStory = {
  ...RECLAIMED,
  machines: [AGAIN, TAKEN],
  jobs: [
    LAUNCH,
    BROKEN_OFF,
    { ...step('Launch again', '08:14:05', '08:15:12'), steps: [step('Launch again', '08:14:17', '08:15:11')] },
    {
      ...step('Build ARM64 again', '08:15:20', '08:19:30'),
      runner: 'spot-17654321098-1-arm64-2',
      steps: [step('Push', '08:19:00', '08:19:29')],
    },
  ],
  tries: [],
  stop: { startedAt: at('08:19:48'), provenAt: at('08:20:20') },
};

/** The machine could not be set up, and GitHub has no job of it. */
export const START_FAILED: RunStory = {
  ...GREEN,
  machines: [
    {
      ...MACHINE,
      cause: 'bootstrap',
      why: 'failed: download runner',
      endedAt: at('08:01:31'),
      seconds: 80,
      console: [
        'spot-image: armed, ends at 09:16:00',
        'spot-image: failed: download runner',
        'spot-image: power-off: the runner ended or the start failed',
      ],
    },
  ],
  jobs: [{ ...LAUNCH, conclusion: 'failure', steps: [step('Launch', '08:00:08', '08:01:40', 'failure')] }],
  stop: { startedAt: at('08:01:55'), provenAt: at('08:02:05') },
};
