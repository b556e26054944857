import type { Clock } from '../../src/runtime/edges/clock';

interface Timer {
  readonly at: number;
  wake(): void;
}

/**
 * Virtual time: it stands still while anything can happen, then jumps to the next
 * sleeper. What takes an hour takes no time, in the order in which it would happen.
 */
export class VirtualClock implements Clock {
  private time = Date.UTC(2026, 10, 24, 8);
  private timers: Timer[] = [];
  private pumping = false;

  /** @param random what is left to chance; without it, always the middle */
  constructor(readonly random: () => number = () => 0.5) {}

  now(): number {
    return this.time;
  }

  /** Calls back at a moment, unlike `sleep` without a promise of its own. */
  at(ms: number, wake: () => void): void {
    this.timers.push({ at: Math.max(ms, this.time), wake });
    this.pump();
  }

  /** Begins at another time. */
  jump(ms: number): void {
    this.time = ms;
  }

  /** The end of time: nobody wakes up any more. */
  stop(): void {
    this.timers = [];
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer: Timer = {
        at: this.time + ms,
        wake: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = () => {
        this.timers = this.timers.filter((t) => t !== timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.timers.push(timer);
      this.pump();
    });
  }

  /** Every promise that can go on has done so when the event loop comes back. */
  private pump(): void {
    if (this.pumping || this.timers.length === 0) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      const next = this.timers.reduce((a, b) => (b.at < a.at ? b : a), this.timers[0]);
      if (next) {
        this.timers = this.timers.filter((t) => t !== next);
        this.time = Math.max(this.time, next.at);
        next.wake();
      }
      this.pump();
    });
  }
}
