import { beforeEach, expect, test } from 'vitest';
import { GUEST_IDENTITY_FILE } from '../../../src/core/guest-identity';
import { TestWorld } from '../../models/context';

const IDENTITY = {
  instanceId: 'i-0123456789abcdef0',
  runnerName: 'spot-17654321098-1-arm64-1',
  nonce: 'n0nce',
  instanceType: 'c7g.large',
  zone: 'us-east-1a',
};

let world: TestWorld;

beforeEach(() => {
  world = new TestWorld();
  world.files.set(GUEST_IDENTITY_FILE, JSON.stringify(IDENTITY));
  world.shell = () => ({ code: 0, stdout: 'aarch64\n', stderr: '' });
  Object.assign(world.env, {
    RUNNER_NAME: IDENTITY.runnerName,
    EXPECTED_INSTANCE_ID: IDENTITY.instanceId,
    EXPECTED_RUNNER_NAME: IDENTITY.runnerName,
    EXPECTED_NONCE: IDENTITY.nonce,
    EXPECTED_INSTANCE_TYPE: IDENTITY.instanceType,
    EXPECTED_ZONE: IDENTITY.zone,
  });
});

const attest = () => world.run('attest', '--arch', 'arm64');

test('the machine that was launched passes, by its own word and that of its kernel', async () => {
  expect(await attest()).toMatchObject({ code: 0, stdout: expect.stringContaining('This is i-0123456789abcdef0') });
  expect(world.commands).toEqual([['uname', '-m']]);
});

test('every difference is told at once, with both sides', async () => {
  world.env.EXPECTED_INSTANCE_ID = 'i-0fedcba9876543210';
  world.env.EXPECTED_NONCE = '';
  world.shell = () => ({ code: 0, stdout: 'x86_64\n', stderr: '' });
  const { code, stderr } = await attest();
  expect(code).toBe(1);
  expect(stderr).toContain('instance id: the launch announced i-0fedcba9876543210, here it is i-0123456789abcdef0');
  expect(stderr).toContain('nonce: the launch announced none, here it is n0nce');
  expect(stderr).toContain('uname -m: the launch announced aarch64, here it is x86_64');
});

test('a runner that has the job under another name is another one', async () => {
  world.env.RUNNER_NAME = 'somebody-elses';
  expect(await attest()).toMatchObject({ code: 1, stderr: expect.stringContaining('here it is somebody-elses') });
});

test.each<[string, string | undefined]>([
  ['no identity', undefined],
  ['half an identity', '{"instanceId":"i-0123456789abcdef0"}'],
  ['an empty file', ''],
])('%s: the machine cannot say who it is', async (_, text) => {
  if (text === undefined) world.files.delete(GUEST_IDENTITY_FILE);
  else world.files.set(GUEST_IDENTITY_FILE, text);
  expect(await attest()).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot say who it is, so nothing is built on it') });
});

test('an architecture that is built elsewhere has nothing to attest', async () => {
  const [, arm64] = world.config.architectures;
  world.config = { ...world.config, architectures: [{ ...arm64, spot: undefined }] };
  expect(await attest()).toMatchObject({ code: 1, stderr: expect.stringContaining('not built on a Spot machine') });
});
