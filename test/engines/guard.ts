import * as os from 'node:os';

const duties = new Set<() => void>();
let guarded = false;

/**
 * Has `duty` done when this process ends, by itself or by a signal (SIGKILL excepted).
 * It must be synchronous. Returns the function that takes the duty back.
 */
export function atEnd(duty: () => void): () => void {
  if (!guarded) {
    guarded = true;
    process.on('exit', () => {
      for (const each of duties) each();
    });
    // a signal does not raise 'exit' by itself
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
    }
  }
  duties.add(duty);
  return () => void duties.delete(duty);
}
