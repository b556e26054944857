import type { Report } from '../edges/actions';
import { Refusal } from '../failure';
import type { Signer } from './cosign';
import type { ImageTools, IndexRequest } from './imagetools';
import type { MergePlan, Target } from './merge-plan';

/** Where the index is now. */
export interface Published {
  readonly digest: string;
  /** `reference:tag` of everything that names it, in the order in which it was written, the aliases last. */
  readonly targets: readonly string[];
  /** Those of them that were written; the others named it already. */
  readonly written: readonly string[];
}

/**
 * Writes one tag. Registries have no locks: what it names is looked at right before,
 * and again right after, so that two who write at the same moment do not both
 * believe that they were alone. Between the look and the write remains the time of one
 * request. No workflow gets there with a base tag, of which only one merge runs at a
 * time; two versions that are merged at once can, with an alias of both. The next merge
 * of the newer one puts that right.
 *
 * @throws Refusal if it names another thing than it did when it was decided upon, or than was written
 */
async function write({ name, present }: Target, request: IndexRequest, tools: ImageTools): Promise<string> {
  const now = await tools.digest(name);
  if (now !== present) throw new Refusal(`${name} was ${present ?? 'no tag'} when this merge began and is ${now ?? 'none'} now. ${AGAIN}`);
  const digest = await tools.create([name], request);
  const readBack = await tools.digest(name);
  if (readBack !== digest) throw new Refusal(`${name} names ${readBack ?? 'nothing'} although ${digest} was pushed. ${AGAIN}`);
  return digest;
}

const AGAIN = 'Somebody else moves it at the same moment. Merge again.';

/**
 * Puts the index everywhere: further registries first, each with all its images before
 * its tag moves, the image's own public tag after them, the aliases last. A failure
 * leaves the tags that were not reached as they were; running it again completes.
 *
 * Signatures come between the base tag and the aliases. A signature lies beside what it
 * signs, and an index gets into a registry under a tag only: one for the meantime could
 * not be taken away again, since GHCR deletes whole versions. So a signature that fails
 * leaves the base tag on an index that was checked but is not signed, every alias where it
 * was, and the run red; merging again signs what is there, also a version that is kept.
 *
 * @param aliases further public tags, the image's own registry last
 * @param signer signs the index; undefined where nobody does
 * @throws Refusal if a registry fails, or a tag does not name what was pushed, or it cannot be signed
 */
export async function publish(
  plan: MergePlan,
  aliases: readonly Target[],
  tools: ImageTools,
  report: Report,
  signer?: Signer,
): Promise<Published> {
  const written: string[] = [];
  let digest = plan.kept;
  const put = async (targets: readonly Target[]) => {
    for (const target of targets) {
      const { name, present } = target;
      if (digest !== undefined && present === digest) {
        report.log(`${name} is ${digest} already.`);
        continue;
      }
      const now = await write(target, plan.request, tools);
      written.push(name);
      digest ??= now;
      if (now !== digest)
        throw new Refusal(`${name} is ${now}, but ${plan.targets[0].name} is ${digest}: the registries differ. Merge again.`);
      report.log(`${name} is ${digest}.`);
    }
  };
  await put(plan.targets);
  for (const { name } of signer ? plan.targets : []) {
    const reference = `${name.slice(0, -`:${plan.tag}`.length)}@${digest}`;
    await signer?.sign(reference);
    report.log(`${reference} is signed.`);
  }
  await put(aliases);
  return { digest: digest ?? '', targets: [...plan.targets, ...aliases].map(({ name }) => name), written };
}
