/** The model is held to what the emulator meets too, and to AWS's documentation where the emulator is not EC2's equal. */
import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from './clock';
import { ModelEc2 } from './ec2';
import { codeOf, expectEc2, requestOf } from './ec2-contract';

const REGION = 'us-east-1';

describe('the model of EC2, as the emulator,', () => {
  expectEc2(async () => {
    const clock = new VirtualClock();
    const ec2 = new ModelEc2(REGION, clock);
    ec2.missingTypes = ['c99z.xlarge'];
    ec2.missingSubnets = ['subnet-missing'];
    return {
      ec2,
      missingSubnet: 'subnet-missing',
      now: () => clock.now(),
      userDataOf: async (id) => ec2.machines.find((machine) => machine.id === id)?.userData ?? '',
    };
  });
});

describe('the model of EC2, as AWS documents it,', () => {
  let clock: VirtualClock;
  let ec2: ModelEc2;

  beforeEach(() => {
    clock = new VirtualClock();
    ec2 = new ModelEc2(REGION, clock);
  });

  // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
  test('gives the same instance to the same token', async () => {
    const request = await requestOf(ec2);
    const first = await ec2.createFleet(request);
    expect(await ec2.createFleet({ ...request })).toEqual(first);
    expect(await ec2.instances(request.tags)).toHaveLength(1);
  });

  test('gives the same answer to the same token, although its instance is terminated', async () => {
    const request = await requestOf(ec2);
    const first = await ec2.createFleet(request);
    await ec2.terminate(first.instances.map(({ id }) => id));
    expect(await ec2.createFleet(request)).toEqual(first);
    expect(ec2.working).toEqual([]);
  });

  test('refuses the same token with other parameters', async () => {
    const request = await requestOf(ec2);
    await ec2.createFleet(request);
    expect(await codeOf(ec2.createFleet({ ...request, userData: 'other' }))).toBe('IdempotentParameterMismatch');
    expect(await ec2.instances(request.tags)).toHaveLength(1);
  });

  test('gives another instance to another token', async () => {
    const request = await requestOf(ec2);
    await ec2.createFleet(request);
    await ec2.createFleet({ ...request, clientToken: 'a' });
    expect(await ec2.instances(request.tags)).toHaveLength(2);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
  test('answers with one error for each pool without capacity, and no instance', async () => {
    const request = await requestOf(ec2);
    ec2.nature.capacity = () => 'InsufficientInstanceCapacity';
    const { instances, errors } = await ec2.createFleet(request);
    expect(instances).toEqual([]);
    expect(errors.map(({ code, type }) => [code, type])).toEqual(
      request.candidates.map(({ type }) => ['InsufficientInstanceCapacity', type]),
    );
    expect(ec2.machines).toEqual([]);
  });

  test('takes a pool that has capacity', async () => {
    const request = await requestOf(ec2);
    const [, , { zone }] = request.candidates;
    ec2.nature.capacity = (_type, where) => (where === zone ? undefined : 'InsufficientInstanceCapacity');
    await ec2.createFleet(request);
    expect(await ec2.instances(request.tags)).toMatchObject([{ zone }]);
  });

  test.each([
    ['user-data above 16 KB', { userData: 'x'.repeat(16 * 1024 + 1) }],
    ['a token above 64 characters', { clientToken: 'f'.repeat(65) }],
    ['more than 50 tags', { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`tag-${i}`, ''])) }],
  ])('refuses %s', async (_, more) => {
    const request = await requestOf(ec2, more);
    expect(await codeOf(ec2.createFleet(request))).not.toBe('no error');
    expect(ec2.machines).toEqual([]);
  });

  test('never changes a template that exists', async () => {
    await ec2.createTemplate('contract', { ImageId: 'ami-1' });
    await ec2.createTemplate('contract', { ImageId: 'ami-2' });
    expect(ec2.templates.get('contract')).toEqual({ ImageId: 'ami-1' });
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
  test('shuts a machine down before it is terminated, and shows it for an hour', async () => {
    ec2.nature.shutDownMs = () => 30_000;
    const request = await requestOf(ec2);
    const { instances } = await ec2.createFleet(request);
    await ec2.terminate(instances.map(({ id }) => id));
    const states = async () => (await ec2.instances(request.tags)).map(({ state }) => state);
    expect(await states()).toEqual(['shutting-down']);
    await clock.sleep(30_000);
    expect(await states()).toEqual(['terminated']);
    await clock.sleep(59 * 60_000);
    expect(await states()).toEqual(['terminated']);
    await clock.sleep(60_000);
    expect(await states()).toEqual([]);
  });

  // https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
  test('shows what was a moment ago', async () => {
    ec2.nature.staleness = () => 5_000;
    const request = await requestOf(ec2);
    const { instances } = await ec2.createFleet(request);
    expect(await ec2.instances(request.tags)).toEqual([]);
    await clock.sleep(5_000);
    expect(await ec2.instances(request.tags)).toMatchObject([{ id: instances[0].id, state: 'pending' }]);
    await ec2.terminate([instances[0].id]);
    expect(await ec2.instances(request.tags)).toMatchObject([{ state: 'pending' }]);
  });

  test('has no console until there is one', async () => {
    const { instances } = await ec2.createFleet(await requestOf(ec2));
    expect(await ec2.console(instances[0].id)).toBe('');
  });
});
