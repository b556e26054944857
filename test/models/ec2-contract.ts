/**
 * What the script relies on of EC2, as expectations that every EC2 has to meet: the
 * model in the process and the emulator behind the real SDK. Where the emulator is not
 * EC2's equal, the model alone is held to AWS's documentation (`ec2.test.ts`):
 *
 * | AWS documents                                                  | moto 5.2.5                                    |
 * | -------------------------------------------------------------- | --------------------------------------------- |
 * | CreateFleet: the same ClientToken gives the same instance      | launches again                                |
 * | … with other parameters: IdempotentParameterMismatch           | launches again                                |
 * | … without capacity: 200 with `Errors[]` and no instance        | always has capacity                           |
 * | … takes a pool with capacity, by the allocation strategy       | takes the first override                      |
 * | … makes what the template says (volumes, shutdown behaviour)   | drops these fields                            |
 * | … refuses user-data above 16 KB, tokens above 64 characters    | takes them                                    |
 * | TerminateInstances: shutting-down, then terminated             | terminated at once                            |
 * | DescribeInstances: shows a terminated machine for about an hour | for ever                                     |
 * | … is eventually consistent, by tag and in state                | is always right                               |
 * | GetConsoleOutput: empty until there is some                    | a sample text                                 |
 * | DescribeSpotPriceHistory: the price at the moment              | one constant of 2006, nothing for a moment    |
 */
import { expect, test } from 'vitest';
import { CloudError, type Ec2, type FleetRequest, type Instance } from '../../src/runtime/edges/ec2';

/** An EC2 that nobody has used, and what the test has to know of it besides. */
export interface ContractWorld {
  readonly ec2: Ec2;
  /** An address of a subnet that does not exist. */
  readonly missingSubnet: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Plain text. */
  userDataOf(id: string): Promise<string>;
}

/** One that has to be offered in the region, of either CPU kind, and one that is not. */
const TYPES = ['c6i.xlarge', 'c7g.xlarge'] as const;
const MISSING_TYPE = 'c99z.xlarge';
const TAGS = { 'contract:run': '7', 'contract:part': 'a' };
const USER_DATA = '#cloud-config\n# contract ✓\n';

/** A request for a machine of the first type, in any of the default subnets. */
export async function requestOf(ec2: Ec2, more: Partial<FleetRequest> = {}): Promise<FleetRequest> {
  await ec2.createTemplate('contract', { ImageId: 'ami-12c6146b', InstanceInitiatedShutdownBehavior: 'terminate' });
  const subnets = await ec2.subnets([]);
  return {
    market: 'spot',
    clientToken: 'f'.repeat(64),
    template: 'contract',
    image: 'ami-12c6146b',
    userData: USER_DATA,
    candidates: subnets.map(({ id, zone }) => ({ type: TYPES[0], subnet: id, zone })),
    tags: TAGS,
    ...more,
  };
}

/** Code of the error that the promise is to fail with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CloudError) return error.code;
    throw error;
  }
  return 'no error';
}

const LOOKS = 5;

/** The only machine with these tags, once it is terminated. */
async function terminatedMachine(ec2: Ec2): Promise<Instance> {
  let seen: Instance | undefined;
  for (let look = 0; look < LOOKS && seen?.state !== 'terminated'; look++) [seen] = await ec2.instances(TAGS);
  if (seen?.state !== 'terminated') throw new Error(`it is ${seen?.state ?? 'not to be seen'}`);
  return seen;
}

/** Declares one test for each expectation. `open` gives a new world. */
export function expectEc2(open: () => Promise<ContractWorld>): void {
  test('the default subnets are one for each zone', async () => {
    const { ec2 } = await open();
    const subnets = await ec2.subnets([]);
    expect(subnets.length).toBeGreaterThan(1);
    expect(new Set(subnets.map(({ zone }) => zone)).size).toBe(subnets.length);
    for (const { zone } of subnets) expect(zone).toMatch(new RegExp(`^${ec2.region}[a-z]$`));
    expect(await ec2.subnets([subnets[1].id])).toEqual([subnets[1]]);
  });

  test('a subnet that does not exist is refused', async () => {
    const { ec2, missingSubnet } = await open();
    expect(await codeOf(ec2.subnets([missingSubnet]))).toBe('InvalidSubnetID.NotFound');
  });

  test('offerings are of the types that were asked for, in zones of the region', async () => {
    const { ec2 } = await open();
    const offerings = await ec2.offerings([...TYPES, MISSING_TYPE]);
    expect(new Set(offerings.map(({ type }) => type))).toEqual(new Set(TYPES));
    for (const { zone } of offerings) expect(zone).toMatch(new RegExp(`^${ec2.region}[a-z]$`));
  });

  test('a template is there once it was created, and may be created twice', async () => {
    const { ec2 } = await open();
    expect(await ec2.hasTemplate('contract')).toBe(false);
    await ec2.createTemplate('contract', { ImageId: 'ami-12c6146b' });
    expect(await ec2.hasTemplate('contract')).toBe(true);
    await ec2.createTemplate('contract', { ImageId: 'ami-12c6146b' });
    expect(await ec2.hasTemplate('contrac')).toBe(false);
  });

  test('a fleet of a template that does not exist is refused', async () => {
    const { ec2 } = await open();
    const request = await requestOf(ec2, { template: 'another' });
    expect(await codeOf(ec2.createFleet(request))).toMatch(/^InvalidLaunchTemplateName\.NotFound/);
    expect(await ec2.instances(TAGS)).toEqual([]);
  });

  test.each(['spot', 'on-demand'] as const)('one machine is had, %s, with its tags and its user-data', async (market) => {
    const { ec2, userDataOf, now } = await open();
    const request = await requestOf(ec2, { market });
    const { instances, errors } = await ec2.createFleet(request);
    expect(errors).toEqual([]);
    expect(instances).toEqual([expect.objectContaining({ id: expect.stringMatching(/^i-/), type: TYPES[0] })]);
    const [machine, ...others] = await ec2.instances(TAGS);
    expect(others).toEqual([]);
    expect(machine).toMatchObject({ id: instances[0].id, type: TYPES[0], market, state: expect.stringMatching(/^(pending|running)$/) });
    expect(machine.tags).toMatchObject(TAGS);
    expect(request.candidates.map(({ zone }) => zone)).toContain(machine.zone);
    expect(Math.abs((machine.launchedAt ?? 0) - now())).toBeLessThan(60_000);
    expect(machine.transition ?? '').toBe('');
    expect(await userDataOf(machine.id)).toBe(USER_DATA);
  });

  test('the machine is of a candidate: its type in its zone', async () => {
    const { ec2 } = await open();
    const subnets = await ec2.subnets([]);
    const last = subnets[subnets.length - 1];
    const candidates = [{ type: TYPES[1], subnet: last.id, zone: last.zone }];
    await ec2.createFleet(await requestOf(ec2, { candidates }));
    expect(await ec2.instances(TAGS)).toMatchObject([{ type: TYPES[1], zone: last.zone }]);
  });

  test('machines are found by all of their tags, and by no other value', async () => {
    const { ec2 } = await open();
    const request = await requestOf(ec2);
    await ec2.createFleet(request);
    await ec2.createFleet({ ...request, clientToken: 'e'.repeat(64), tags: { ...TAGS, 'contract:part': 'b' } });
    const found = async (tags: Record<string, string>) => (await ec2.instances(tags)).map((one) => one.tags['contract:part']).sort();
    expect(await found({ 'contract:run': '7' })).toEqual(['a', 'b']);
    expect(await found({ 'contract:run': '7', 'contract:part': 'b' })).toEqual(['b']);
    expect(await found({ 'contract:run': '77' })).toEqual([]);
    expect(await found({ 'contract:run': '7', 'contract:other': 'a' })).toEqual([]);
  });

  test('what is terminated is terminated a look later, says who wanted it, and may be terminated again', async () => {
    const { ec2 } = await open();
    const { instances } = await ec2.createFleet(await requestOf(ec2));
    const ids = instances.map(({ id }) => id);
    await ec2.terminate(ids);
    expect(await terminatedMachine(ec2)).toMatchObject({
      id: ids[0],
      reasonCode: 'Client.UserInitiatedShutdown',
      transition: expect.stringMatching(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (GMT|UTC)\)$/),
      tags: TAGS,
    });
    await ec2.terminate(ids);
    expect((await terminatedMachine(ec2)).id).toBe(ids[0]);
  });

  test('a machine that does not exist is no machine, and keeps the others from being terminated', async () => {
    const { ec2 } = await open();
    const { instances } = await ec2.createFleet(await requestOf(ec2));
    const missing = 'i-0123456789abcdef0';
    expect(await codeOf(ec2.terminate([missing]))).toBe('InvalidInstanceID.NotFound');
    expect(await codeOf(ec2.terminate([instances[0].id, missing]))).toBe('InvalidInstanceID.NotFound');
    expect(await codeOf(ec2.console(missing))).toBe('InvalidInstanceID.NotFound');
    expect(await ec2.instances(TAGS)).toMatchObject([{ state: expect.stringMatching(/^(pending|running)$/) }]);
  });

  test('a console is a text, also after the end', async () => {
    const { ec2 } = await open();
    const { instances } = await ec2.createFleet(await requestOf(ec2));
    expect(typeof (await ec2.console(instances[0].id))).toBe('string');
    await ec2.terminate([instances[0].id]);
    expect(typeof (await ec2.console(instances[0].id))).toBe('string');
  });

  test('a Spot price is a price per hour, or none', async () => {
    const { ec2, now } = await open();
    const [{ zone }] = await ec2.subnets([]);
    const price = await ec2.spotPrice(TYPES[0], zone, now());
    expect(price === undefined || (price > 0 && price < 10), String(price)).toBe(true);
  });
}
