/**
 * May the tag of a branch move from one commit to another? Only forwards, by the
 * order that git knows, the ancestry of commits: times say nothing, since an old
 * commit can be built again at any time.
 */

/** Where one commit is, seen from another. `unknown`: nobody could say. */
export type Ancestry = 'identical' | 'ahead' | 'behind' | 'diverged' | 'unknown';

/** What is known of the branch itself. */
export interface BranchFacts {
  /** Its newest commit, seen from the one under the tag. */
  readonly fromCurrent: Ancestry;
  /** Its newest commit, seen from the candidate. */
  readonly fromCandidate: Ancestry;
}

/** Which way a tag goes. Only `move` writes it. */
export type MoveVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const SHOWN = 12;

/** Is a commit on a branch whose newest one is this, seen from it? */
function contains(ancestry: Ancestry | undefined): boolean | undefined {
  if (ancestry === undefined || ancestry === 'unknown') return undefined;
  return ancestry === 'ahead' || ancestry === 'identical';
}

/**
 * May this tag go from the commit that it names now to another one?
 *
 * @param tag shown to people
 * @param from revision under the tag: undefined where there is no such tag, '' where its image names none
 * @param to revision of what was merged
 * @param ancestry where `to` is, seen from `from`
 * @param branch where it is known, a candidate beside the branch is refused. Commits that have diverged need
 *   it: a branch that was pushed by force leaves the old commit behind, and the tag follows it
 */
export function mayMove(tag: string, from: string | undefined, to: string, ancestry: Ancestry, branch?: BranchFacts): MoveVerdict {
  const next = to.slice(0, SHOWN);
  if (contains(branch?.fromCandidate) === false)
    return { ok: false, reason: `${next} is not on the branch that ${tag} belongs to. Build the branch's newest commit.` };
  if (from !== undefined && from !== to && branch && contains(branch.fromCandidate) === undefined)
    return { ok: false, reason: `GitHub could not say whether ${next} is on the branch that ${tag} belongs to. Merge again.` };
  if (from === undefined || (from !== '' && from === to)) return { ok: true };
  const old = from.slice(0, SHOWN);
  if (from === '') return { ok: false, reason: `${tag} names an image that says no commit, so nobody knows whether ${next} is newer.` };
  switch (ancestry) {
    case 'identical':
    case 'ahead':
      return { ok: true };
    case 'behind':
      return {
        ok: false,
        reason: `${tag} is already at ${old}, which is newer than ${next}: it never goes back. Build the branch's newest commit.`,
      };
    case 'diverged':
      return contains(branch?.fromCandidate) === true && contains(branch?.fromCurrent) === false
        ? { ok: true }
        : {
            ok: false,
            reason: `${tag} is at ${old}, and ${next} is no descendant of it: one of them is not on the branch. Build the branch's newest commit.`,
          };
    default:
      return { ok: false, reason: `GitHub could not say whether ${next} is newer than ${old}, which ${tag} names now. Merge again.` };
  }
}
