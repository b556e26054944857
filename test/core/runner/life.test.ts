import { describe, expect, it } from 'vitest';
import { RUNNER_TAGS } from '../../../src/core/identity';
import { causeOfDeath, consoleTail, endOf } from '../../../src/core/runner/cause-of-death';
import { type Claim, ownership } from '../../../src/core/runner/claim';
import { follow, type LifeEvent, type LifeState } from '../../../src/core/runner/life';
import { fateOf, SETTLE_SECONDS } from '../../../src/core/runner/presence';

describe('a life', () => {
  const live = (...events: LifeEvent[]) => events.reduce<LifeState>(follow, 'wanted');

  it('goes its straight way, and through a lost answer', () => {
    expect(live('registered', 'asked', 'named', 'online', 'failed', 'cleared')).toBe('ended');
    expect(live('registered', 'asked', 'lost', 'asked', 'named')).toBe('starting');
  });

  it.each<LifeEvent[][]>([[['asked']], [['registered', 'online']], [['registered', 'asked', 'online']], [['failed', 'cleared', 'asked']]])(
    'knows no way through %j',
    (events) => {
      expect(() => live(...events)).toThrow('cannot be');
    },
  );
});

describe("a run's machines", () => {
  it.each([
    ['nothing seen for long enough', [], SETTLE_SECONDS, true, 'absent'],
    ['nothing seen yet', [], SETTLE_SECONDS - 1, true, 'unknown'],
    ['all seen to end', ['terminated', 'terminated'], SETTLE_SECONDS, true, 'ended'],
    ['all ended, but another may come to light', ['terminated'], 5, true, 'present'],
    ['one shutting down', ['terminated', 'shutting-down'], 999, true, 'present'],
    ['no answer at last', ['terminated'], 999, false, 'unknown'],
    ['never an answer', [], 999, false, 'unknown'],
  ])('%s', (_what, seen, seconds, answered, fate) => {
    expect(fateOf(seen, seconds, answered)).toBe(fate);
  });
});

describe('of two launchers for one job', () => {
  const claim: Claim = { repository: 'a/b', runId: '7', architecture: 'amd64', attempt: '2', registrations: [10, 12] };
  const tags = (attempt: string, registration: string, runId = '7') => ({
    [RUNNER_TAGS.repository]: 'a/b',
    [RUNNER_TAGS.runId]: runId,
    [RUNNER_TAGS.architecture]: 'amd64',
    [RUNNER_TAGS.attempt]: attempt,
    [RUNNER_TAGS.registration]: registration,
  });

  it.each([
    ['any of its own registrations', '2', '10', 'mine'],
    ['an older registration', '2', '11', 'superseded'],
    ['a newer registration', '2', '13', 'newer'],
    ['an earlier attempt', '1', '99', 'past'],
    ['a later attempt', '3', '1', 'newer'],
    ['a tag that is no number', '2', 'x', 'superseded'],
  ])('a machine with %s', (_what, attempt, registration, owner) => {
    expect(ownership(tags(attempt, registration), claim)).toBe(owner);
  });

  it('the two never both give way, and never both take over', () => {
    const [older, newer] = [
      { ...claim, registrations: [10] },
      { ...claim, registrations: [11] },
    ];
    expect([ownership(tags('2', '11'), older), ownership(tags('2', '10'), newer)]).toEqual(['newer', 'superseded']);
  });

  it("another run's machine is nobody's business", () => {
    expect(ownership(tags('2', '10', '8'), claim)).toBe('other');
  });
});

describe('a cause of death', () => {
  it.each([
    ['reclaimed', { code: 'Server.SpotInstanceTermination' }],
    ['reclaimed', { code: 'Server.SpotInstanceShutdown' }],
    ['ec2', { code: 'Server.InsufficientInstanceCapacity' }],
    ['ec2', { code: 'Client.InternalError' }],
    ['terminated', { code: 'Client.UserInitiatedShutdown' }],
    ['terminated', { transition: 'User initiated (2026-11-24 08:00:00 GMT)' }],
    ['time-to-live', { code: 'Client.InstanceInitiatedShutdown', endedAt: 1_000_000, expires: 1_060_000 }],
    ['time-to-live', { code: 'Client.InstanceInitiatedShutdown', console: 'spot-image: power-off: the time to live is over\r\n' }],
    ['idle', { code: 'Client.InstanceInitiatedShutdown', console: 'spot-image: power-off: no job came\r\n' }],
    [
      'bootstrap',
      {
        code: 'Client.InstanceInitiatedShutdown',
        console: 'spot-image: failed: download runner\nspot-image: power-off: in 60 s, the job is over or the start failed\n',
      },
    ],
    ['guest', { code: 'Client.InstanceInitiatedShutdown', console: 'spot-image: power-off: in 60 s, the job is over or the start failed' }],
    ['unknown', {}],
  ])('is %s', (cause, facts) => {
    expect(causeOfDeath(facts).cause).toBe(cause);
  });

  it('is read with its moment', () => {
    expect(endOf('User initiated (2026-11-24 08:00:05 GMT)')).toBe(Date.UTC(2026, 10, 24, 8, 0, 5));
    expect(endOf('Server.SpotInstanceTermination')).toBeUndefined();
  });

  it("leaves of a console only the guest's own lines, without what looks like a secret", () => {
    const text = `kernel: hello\nspot-image: user\nspot-image: token ${'x'.repeat(64)}\n${'spot-image: more\n'.repeat(30)}`;
    expect(consoleTail(text)).toHaveLength(20);
    expect(consoleTail(text.slice(0, 120))).toEqual(['spot-image: user', 'spot-image: token [cut]']);
  });
});
