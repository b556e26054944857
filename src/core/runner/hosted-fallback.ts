/** May a build go to GitHub's own runner, after EC2 gave no machine? */
import type { ErrorClass } from './cloud-error';

/** Reasons for which EC2 has no machine although everything is right. */
const REASONS: readonly ErrorClass[] = ['capacity', 'quota', 'price'];

/** What else may have happened on the way without being anybody's mistake; none of them is a reason by itself. */
const HARMLESS: readonly ErrorClass[] = ['throttle', 'consistency', 'mismatch', 'unavailable'];

/**
 * Only where every "no" was clear, and capacity, quota or price was among the reasons.
 * A permission or a setting that is wrong would stay unseen if builds went on elsewhere;
 * after an unknown answer there may be a machine.
 *
 * @param tries classes of the errors of every try
 */
export function mayUseHosted(tries: readonly (readonly ErrorClass[])[]): boolean {
  const all = tries.flat();
  return all.some((kind) => REASONS.includes(kind)) && all.every((kind) => REASONS.includes(kind) || HARMLESS.includes(kind));
}
