import type { Report } from '../edges/actions';
import type { Clock } from '../edges/clock';

/** Nobody should wonder for longer whether anything still happens. */
const LONGEST_SILENCE_MS = 12_000;

/** A report that says by itself what is being done whenever nothing was said for a while. */
export class Heartbeat implements Report {
  /** What is being done, as the end of a sentence: `waiting for the runner`. */
  doing = 'starting';
  private saidAt: number;

  constructor(
    private readonly report: Report,
    private readonly clock: Clock,
  ) {
    this.saidAt = clock.now();
  }

  log(line: string): void {
    this.saidAt = this.clock.now();
    this.report.log(line);
  }

  warn(line: string): void {
    this.saidAt = this.clock.now();
    this.report.warn(line);
  }

  error(line: string): void {
    this.report.error(line);
  }

  output(values: Readonly<Record<string, string>>): void {
    this.report.output(values);
  }

  summary(markdown: string): void {
    this.report.summary(markdown);
  }

  /** Beats until `signal` is aborted. Never rejects. */
  async beat(signal: AbortSignal): Promise<void> {
    const started = this.clock.now();
    try {
      for (;;) {
        await this.clock.sleep(this.saidAt + LONGEST_SILENCE_MS - this.clock.now(), signal);
        const now = this.clock.now();
        if (now - this.saidAt >= LONGEST_SILENCE_MS)
          this.log(`Still ${this.doing}, ${Math.round((now - started) / 1000)} s after the start.`);
      }
    } catch {
      // over: nobody waits any more
    }
  }
}
