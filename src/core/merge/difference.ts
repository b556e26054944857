/**
 * In what images of one tag must not differ: commit, version, base and parts.
 *
 * Compared is what either image has, since an image with a Dockerfile of its own
 * need not have all of it. What says when or where an image was built may differ.
 */
import { createdOf, type PlatformImage, REVISION } from './content';

/** One image beside the others. */
export interface Side {
  /** What people know it by: its arch tag, or its digest. */
  readonly name: string;
  /** Name of the workflow that makes it. */
  readonly workflow: string;
  readonly image: PlatformImage;
}

/** Names of the base, and its digest: the same Dockerfile on another day. */
const OCI = /^org\.opencontainers\.image\.(?:revision|version|base\.name|base\.digest)$/;
/** Versions of parts, whatever they are called, and all that the generated Dockerfile says of them. */
const PART = /^resty_|(?:^|[._-])version$/;

/** Must images of one tag agree on this label? */
export function isCompared(label: string): boolean {
  return OCI.test(label) || PART.test(label);
}

const labelsOf = ({ image }: Side): Readonly<Record<string, string>> => image.config?.labels ?? {};

/** Which sides are to be built again: all that have another value than the newest one, or all where nobody knows which that is. */
function stale(sides: readonly Side[], key: string): readonly Side[] {
  const time = (side: Side) => Date.parse(createdOf(side.image) ?? '');
  const newest = Math.max(...sides.map(time)); // NaN if one does not say
  const values = new Set(sides.filter((side) => time(side) === newest).map((side) => labelsOf(side)[key]));
  return values.size === 1 ? sides.filter((side) => !values.has(labelsOf(side)[key])) : sides;
}

/** The sentence that tells people what to run. */
export function runAgain(workflows: readonly string[], commit?: string): string {
  const names = [...new Set(workflows)].map((name) => `"${name}"`);
  const on = commit ? ` on commit ${commit}` : names.length > 1 ? ' on the same commit' : '';
  return `Run the workflow${names.length > 1 ? 's' : ''} ${names.join(' and ')} for this tag${on}, then merge again.`;
}

function sentence(sides: readonly Side[], key: string): string {
  const since = (side: Side) => {
    const created = createdOf(side.image);
    return created ? ` (since ${created})` : ' (it does not say since when)';
  };
  const old = stale(sides, key);
  const good = sides.find((side) => !old.includes(side));
  const mend = runAgain(
    old.map(({ workflow }) => workflow),
    good && labelsOf(good)[REVISION],
  );
  if (key === REVISION) {
    const built = sides.map((side) => `${side.name} from ${labelsOf(side)[key] ?? 'a commit that it does not name'}${since(side)}`);
    return `The images were built from different commits: ${built.join(', ')}. ${mend}`;
  }
  const said = sides.map((side) => {
    const value = labelsOf(side)[key];
    return `${side.name} has ${value === undefined ? 'none' : `"${value}"`}${since(side)}`;
  });
  return `The images differ in ${key}: ${said.join(', ')}. ${mend}`;
}

/** A sentence for every label that keeps these images apart, the commit first; none where they belong together. */
export function differences(sides: readonly Side[]): string[] {
  const keys = new Set(sides.flatMap((side) => Object.keys(labelsOf(side)).filter(isCompared)));
  return [...keys]
    .filter((key) => new Set(sides.map((side) => labelsOf(side)[key])).size > 1)
    .sort((a, b) => Number(b === REVISION) - Number(a === REVISION) || (a < b ? -1 : 1))
    .map((key) => sentence(sides, key));
}
