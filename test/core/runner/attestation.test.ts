import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Announced, differences, type Seen } from '../../../src/core/runner/attestation';

const ANNOUNCED: Announced = {
  instanceId: 'i-0123456789abcdef0',
  runnerName: 'spot-17654321098-1-arm64-1',
  nonce: 'n0nce',
  instanceType: 'c7g.large',
  zone: 'us-east-1a',
  machine: 'aarch64',
};

function seen(change: Partial<Announced> & { readonly jobRunner?: string } = {}): Seen {
  const { machine, jobRunner, ...identity } = { ...ANNOUNCED, jobRunner: ANNOUNCED.runnerName, ...change };
  return { identity, runnerName: jobRunner, machine };
}

test('the machine that was launched differs in nothing', () => {
  expect(differences(ANNOUNCED, seen())).toEqual([]);
});

test.each<[string, Partial<Announced> & { readonly jobRunner?: string }, string]>([
  ['instance', { instanceId: 'i-0fedcba9876543210' }, 'instance id'],
  ['machine made for another runner', { runnerName: 'spot-17654321098-1-amd64-1' }, 'name of the runner that the machine was made for'],
  ['runner that has the job', { jobRunner: 'some-other-runner' }, 'name of the runner that has the job'],
  ['nonce', { nonce: 'another' }, 'nonce'],
  ['type', { instanceType: 'c7g.metal' }, 'instance type'],
  ['zone', { zone: 'us-east-1b' }, 'zone'],
  ['architecture', { machine: 'x86_64' }, 'uname -m'],
])('another %s is told, and nothing else', (_, change, what) => {
  expect(differences(ANNOUNCED, seen(change)).map((one) => one.what)).toEqual([what]);
});

test('an announcement that got lost is a difference, even where the machine has nothing to say either', () => {
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(ANNOUNCED) as (keyof Announced)[])), (lost) => {
      const announced = { ...ANNOUNCED, [lost]: '' };
      expect(differences(announced, seen({ [lost]: '' }))).not.toEqual([]);
      expect(differences(announced, seen())).not.toEqual([]);
    }),
  );
});

test('no change of any fact goes unseen', () => {
  const fact = fc.constantFrom(...(Object.keys(ANNOUNCED) as (keyof Announced)[]), 'jobRunner' as const);
  fc.assert(
    fc.property(fact, fc.string(), (name, value) => {
      fc.pre(value !== (name === 'jobRunner' ? ANNOUNCED.runnerName : ANNOUNCED[name]));
      expect(differences(ANNOUNCED, seen({ [name]: value }))).not.toEqual([]);
    }),
  );
});
