import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idleSeconds, launchDeadlineSeconds, timeToLive } from '../../src/core/time-to-live';

describe('the time to live', () => {
  it('is long enough for a launch, a pick-up and a build that each take all their time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 360 }), (minutes) => {
        const ttl = timeToLive(minutes);
        expect(ttl.totalSeconds).toBeGreaterThanOrEqual(launchDeadlineSeconds(ttl) + ttl.pickUpSeconds + minutes * 60 + ttl.graceSeconds);
        expect(ttl.graceSeconds).toBeGreaterThan(0);
      }),
    );
  });

  it('of a default build of an hour is 80 minutes', () => {
    expect(timeToLive(60).totalSeconds).toBe(80 * 60);
  });

  it('leaves a machine without a job the time to be picked up after the latest moment at which it may come online', () => {
    const ttl = timeToLive(5);
    expect(idleSeconds(ttl)).toBe(launchDeadlineSeconds(ttl) + ttl.pickUpSeconds);
    expect(idleSeconds(ttl)).toBeLessThan(ttl.totalSeconds);
    expect(idleSeconds(timeToLive(360))).toBe(idleSeconds(ttl));
  });
});
