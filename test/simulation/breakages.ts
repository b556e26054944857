/** The script's defences, each one missing in turn: what the simulation must then find. */
import type { Ec2 } from '../../src/runtime/edges/ec2';
import type { GitHub } from '../../src/runtime/edges/github';
import type { Breakage } from './scenario';
import type { Fault } from './world';

/** Gives an edge with some of its calls replaced. */
function replaced<T extends object>(edge: T, calls: Partial<T>): T {
  return new Proxy(edge, { get: (target, key) => Reflect.get(key in calls ? calls : target, key, target) as unknown });
}

const noFaults = { ec2Fault: 0, gitHubFault: 0, scarcity: 0, staleness: 0 };

/** Guests without timers, no stop, no reaper: whatever ends a machine in this world, it is the schedule. */
export const ONLY_SCHEDULE: Breakage = {
  // a launch that is killed cannot have planned anything
  habits: { ...noFaults, reclaim: 0, dead: 1, scheduler: 'works', kills: 0 },
  noStop: true,
  noReaper: true,
};

/** What is missing, how the world goes on without it, and what has to be found. */
export const BREAKAGES: readonly (readonly [missing: string, breakage: Breakage, found: Fault])[] = [
  [
    'neither timers, nor a stop, nor a reaper, nor a schedule',
    { ...ONLY_SCHEDULE, habits: { ...ONLY_SCHEDULE.habits, scheduler: 'refused' } },
    'leak',
  ],
  [
    'a reaper that hides what EC2 says, as in the postmortem of eighteen milliseconds',
    {
      habits: { dead: 1, scheduler: 'none' },
      noStop: true,
      reap: { ec2: (ec2: Ec2) => replaced(ec2, { instances: async () => [] }) },
    },
    'leak',
  ],
  [
    "a reaper that takes GitHub's error for a run that is over",
    {
      reap: {
        github: (github: GitHub) =>
          replaced(github, {
            workflowRun: (id: string) => github.workflowRun(id).catch(() => ({ finished: true, attempt: 1 })),
          }),
      },
      habits: { gitHubFault: 0.3 },
    },
    'living job killed',
  ],
  [
    "a reaper that takes GitHub's error for an empty list of runners and jobs",
    {
      reap: {
        github: (github: GitHub) =>
          replaced(github, { runners: () => github.runners().catch(() => []), jobs: () => github.jobs('none').catch(() => []) }),
      },
      habits: { gitHubFault: 0.3 },
    },
    'living job killed',
  ],
  [
    'a stop that takes an error for an empty answer',
    {
      habits: { ec2Fault: 0.3 },
      stop: { ec2: (ec2: Ec2) => replaced(ec2, { instances: (tags) => ec2.instances(tags).catch(() => []) }) },
    },
    'unproven success',
  ],
  [
    'a stop that believes in the request instead of looking',
    {
      stop: {
        ec2: (ec2: Ec2) =>
          replaced(ec2, { instances: async (tags) => (await ec2.instances(tags)).map((one) => ({ ...one, state: 'terminated' })) }),
      },
    },
    'unproven success',
  ],
  [
    'a launch that ends the machine of a twin although a job runs on it',
    {
      habits: noFaults,
      launch: { github: (github: GitHub) => replaced(github, { remove: (id: number) => github.remove(id).catch(() => false) }) },
    },
    'living job killed',
  ],
  [
    'a token of its own for every request, and no look at the tags',
    {
      habits: { ec2Fault: 0.3, dead: 1 },
      launch: {
        ec2: (ec2: Ec2) => {
          let sent = 0;
          return replaced(ec2, {
            createFleet: (request) => ec2.createFleet({ ...request, clientToken: `${request.clientToken.slice(8)}${++sent}` }),
            instances: async () => [],
          });
        },
      },
      noStop: true,
    },
    'two machines',
  ],
  ['a launch that does not hear signals', { launch: { deaf: true } }, 'late end'],
  [
    'a launch that forgets to undo',
    { habits: noFaults, launch: { ec2: (ec2: Ec2) => replaced(ec2, { terminate: async () => undefined }) } },
    'left behind',
  ],
  [
    'a log of every request',
    {
      habits: noFaults,
      launch: {
        report: (report) => report,
        github: (github: GitHub) =>
          replaced(github, {
            register: async (name, labels) => {
              const registration = await github.register(name, labels);
              // what a careless error message would do
              throw new Error(`registered ${JSON.stringify(registration)}`);
            },
          }),
      },
    },
    'secret seen',
  ],
  [
    'a reaper that cancels no run',
    {
      habits: { ...noFaults, reclaim: 1 },
      reap: { github: (github: GitHub) => replaced(github, { cancelRun: async () => false }) },
    },
    'waits for nobody',
  ],
  [
    'a reaper that takes an empty list of runners and jobs for the truth',
    {
      habits: { ...noFaults, staleness: 20 },
      reap: {
        github: (github: GitHub) => replaced(github, { runners: async () => [], jobs: async () => [] }),
      },
    },
    'living job killed',
  ],
  [
    'a reaper that says "all seen" of a region that does not answer',
    {
      habits: { ...noFaults, ec2Fault: 0.3, dead: 1, scheduler: 'none' },
      noStop: true,
      reap: { ec2: (ec2: Ec2) => replaced(ec2, { instances: (tags, signal) => ec2.instances(tags, signal).catch(() => []) }) },
    },
    'unproven success',
  ],
];
