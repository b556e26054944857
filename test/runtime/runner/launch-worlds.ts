/** What the tests of `launch` have in common. */
import { expect } from 'vitest';
import { type TestWorld, testConfig } from '../../models/context';

/** The run of a TestWorld. */
export const RUN = { repository: 'dianplus/tomcat', runId: '17654321098', architecture: 'amd64' };

/** The command. */
export const LAUNCH = ['launch', '--arch', 'amd64'];

/** What EC2 says where there is nothing. */
export const CAPACITY = { code: 'InsufficientInstanceCapacity', message: 'none left', type: 'c7i.large' };

/** No machine that works, no registration, no template of a single machine. */
export function expectNothingLeft(world: TestWorld): void {
  for (const ec2 of world.regions.values()) {
    expect(ec2.working).toEqual([]);
    expect([...ec2.templateTags.keys()]).toEqual([]);
  }
  expect(world.github.names).toEqual([]);
}

/** Lets every fleet request of a market fail with a code. */
export function refuseAll(world: TestWorld, code: string, market?: string): void {
  world.ec2().nature = { capacity: (_type, _zone, of) => (market === undefined || of === market ? code : undefined) };
}

/** One family in one region, with these pipeline options. */
export function pipeline(options: NonNullable<Parameters<typeof testConfig>[0]>['pipeline'], families = ['c6i', 'c7i']) {
  return testConfig({ architectures: [{ name: 'amd64', spot: { families } }], pipeline: options });
}
