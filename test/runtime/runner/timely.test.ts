import { describe, expect, it } from 'vitest';
import { bounded } from '../../../src/runtime/runner/timely';
import { VirtualClock } from '../../models/clock';

const never = () => new Promise<string>(() => undefined);

describe('a bounded call', () => {
  it('gives its answer, or its own failure', async () => {
    const clock = new VirtualClock();
    expect(await bounded('EC2', 1_000, clock, async () => 'yes')).toBe('yes');
    await expect(bounded('EC2', 1_000, clock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('fails when its time is over, and is told to end', async () => {
    const clock = new VirtualClock();
    const started = clock.now();
    let told: AbortSignal | undefined;
    const call = bounded('EC2', 20_000, clock, (signal) => {
      told = signal;
      return never();
    });
    await expect(call).rejects.toThrow('EC2 did not answer within 20 s');
    expect(clock.now() - started).toBe(20_000);
    expect(told?.aborted).toBe(true);
  });

  it('does not tell a call to end that has answered', async () => {
    const clock = new VirtualClock();
    let told: AbortSignal | undefined;
    await bounded('EC2', 1_000, clock, async (signal) => {
      told = signal;
    });
    await clock.sleep(10_000);
    expect(told?.aborted).toBe(false);
  });
});
