/** Only forwards: asks GitHub for the order of commits, and the registries for the versions under the aliases. */
import { versionOf } from '../../core/merge/content';
import type { RuntimeConfig } from '../../core/runtime-config';
import { aliasVerdict } from '../../core/tags/aliases';
import { type Ancestry, mayMove } from '../../core/tags/ancestry';
import { branchOfTag } from '../../core/tags/base-tag';
import { isVersionTag } from '../../core/tags/version-tag';
import type { Report } from '../edges/actions';
import type { GitHub } from '../edges/github';
import { Refusal } from '../failure';
import type { ImageTools } from './imagetools';
import type { MayMove, MergeOrder, Target } from './merge-plan';

const BY_HAND = 'A person can move it from their own machine with --force --reason TEXT.';

/**
 * The order of a branch's tag: the ancestry of its commits. A tag that belongs to no branch
 * may go anywhere.
 *
 * @param github opened only when there is something to ask
 * @param asksForVersions whether GitHub is asked of the git tag of a new version, too: not as nobody, whose limit is everybody's
 */
export function forwards({ branchTags }: RuntimeConfig, github: () => Promise<GitHub>, asksForVersions: boolean): MayMove {
  return async (tag, from, to) => {
    if (isVersionTag(tag)) {
      if (!asksForVersions) return undefined;
      // a version that is new: its git tag may have moved since its images were built
      const commit = await github()
        .then((hub) => hub.tagCommit(tag))
        .catch(() => undefined);
      return commit === undefined || commit === to
        ? undefined
        : `${tag} belongs to commit ${commit}, its git tag's, and these images are of ${to ?? 'a commit that they do not name'}. Build ${tag} again. ${BY_HAND}`;
    }
    const branch = branchOfTag(tag, branchTags);
    if (branch === undefined || (to !== undefined && from === to)) return undefined;
    if (to === undefined)
      return `${tag} belongs to the branch ${branch}, and its new images say no commit. Build them again, or ${lower(BY_HAND)}`;
    let why = '';
    const compare = async (base: string, head: string): Promise<Ancestry> => {
      try {
        return await (await github()).compare(base, head);
      } catch (error) {
        why = ` GitHub's answer: ${error instanceof Error ? error.message : String(error)}.`;
        return 'unknown';
      }
    };
    const [ancestry, fromCandidate] = await Promise.all([from === '' ? ('unknown' as const) : compare(from, to), compare(to, branch)]);
    // only a branch that was pushed by force leaves a commit behind
    const fromCurrent = ancestry === 'diverged' ? await compare(from, branch) : 'unknown';
    const verdict = mayMove(tag, from, to, ancestry, { fromCurrent, fromCandidate });
    return verdict.ok ? undefined : `${verdict.reason}${why} ${BY_HAND}`;
  };
}

function lower(sentence: string): string {
  return sentence[0].toLowerCase() + sentence.slice(1);
}

/**
 * The aliases that follow this version, in every registry, the image's own last. A part of an
 * image takes no alias away from a whole one: they follow when the rest is there.
 *
 * @throws Refusal if what an alias names cannot be compared, with every reason
 */
export async function aliasTargets(
  order: MergeOrder,
  { image, architectures }: RuntimeConfig,
  tools: ImageTools,
  report: Report,
): Promise<Target[]> {
  const { tag, aliases } = order;
  if (aliases.length === 0) return [];
  if (order.architectures.length < architectures.length) {
    report.log(`${aliases.join(', ')} stay where they are until ${tag} has every architecture.`);
    return [];
  }
  const reasons: string[] = [];
  const looked = await Promise.all(
    [...image.additional, image.reference].flatMap((reference) =>
      aliases.map(async (alias): Promise<Target | undefined> => {
        const name = `${reference}:${alias}`;
        let present = await tools.look(name);
        if (present && versionOf(present) === undefined) present = (await tools.inspect(name)) ?? present;
        const verdict = aliasVerdict(alias, present ? { state: 'present', version: versionOf(present) } : { state: 'absent' }, tag);
        if (verdict.go === 'move') return { name, present: present?.digest };
        if (verdict.go === 'refuse') reasons.push(`${reference}: ${verdict.reason}`);
        else report.log(`${reference}: ${verdict.reason}`);
        return undefined;
      }),
    ),
  );
  if (reasons.length > 0) throw new Refusal(reasons.join('\n'));
  return looked.filter((target) => target !== undefined);
}
