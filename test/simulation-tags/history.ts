/**
 * One history of a repository: builds, re-runs, failures, merges and forced pushes,
 * interleaved between any two calls of a registry. The decisions are the real ones.
 */
import { OCI_KEYS } from '../../src/core/annotations';
import { mergeVerdict } from '../../src/core/merge/verdict';
import { resolveTags, tagsOf } from '../../src/core/tags';
import { aliasVerdict } from '../../src/core/tags/aliases';
import { type Ancestry, mayMove } from '../../src/core/tags/ancestry';
import { branchOfTag } from '../../src/core/tags/base-tag';
import { compareVersionTags, isVersionTag, parseVersionTag } from '../../src/core/tags/version-tag';
import { Chance } from '../simulation/chance';

/** A rule that may be switched off. */
export type Check = 'one commit' | 'immutable versions' | 'ancestry' | 'own version' | 'forward aliases' | 're-check';
/** What must never happen. */
export type Fault = 'mix' | 'version changed' | 'latest went back' | 'alias went back';

/** How a history ended. */
export interface HistoryVerdict {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Writes that another client's write came before, after the last look: what a registry without locks leaves. */
  readonly races: readonly Fault[];
  readonly builds: number;
  readonly merges: number;
}

const ARCHITECTURES = ['amd64', 'arm64'];
const RULES = { branchTags: { master: 'latest', develop: 'develop' }, aliases: true, architectures: ARCHITECTURES };
const VERSIONS = ['v1.29.2.5', 'v1.31.1.1', 'v1.31.1.1-2', 'v1.31.2.1-rc.1'];

interface Image {
  readonly digest: string;
  readonly architecture: string;
  readonly revision: string;
  readonly version: string;
}

class Repository {
  /** Parent by commit. */
  readonly parents = new Map<string, string | undefined>([['c0', undefined]]);
  readonly branches = new Map([
    ['master', 'c0'],
    ['develop', 'c0'],
  ]);
  readonly gitTags = new Map<string, string>();

  commit(parent: string): string {
    const id = `c${this.parents.size}`;
    this.parents.set(id, parent);
    return id;
  }

  isAncestor(old: string, young: string): boolean {
    for (let at: string | undefined = young; at !== undefined; at = this.parents.get(at)) if (at === old) return true;
    return false;
  }

  compare(base: string, head: string): Ancestry {
    if (base === head) return 'identical';
    return this.isAncestor(base, head) ? 'ahead' : this.isAncestor(head, base) ? 'behind' : 'diverged';
  }
}

const set = (images: readonly Image[]) =>
  images
    .map(({ digest }) => digest)
    .sort()
    .join(' ');

/** Runs one history. The same seed always gives the same one. */
export function runHistory(seed: number, off?: Check): HistoryVerdict {
  const chance = new Chance(seed);
  const repository = new Repository();
  const tags = new Map<string, readonly Image[]>();
  const writes = new Map<string, number>();
  const faults: Fault[] = [];
  const races: Fault[] = [];
  const locks = new Set<string>();
  let [builds, merges, serial] = [0, 0, 0];

  /** Puts images under a public tag, and looks whether that is a fault. */
  function publish(tag: string, images: readonly Image[], seen: number): void {
    const blame = (fault: Fault) => ((writes.get(tag) ?? 0) !== seen ? races : faults).push(fault);
    const old = tags.get(tag);
    const revisions = new Set(images.map(({ revision }) => revision));
    if (revisions.size !== 1 || images.length !== ARCHITECTURES.length) blame('mix');
    if (old && parseVersionTag(tag) && tag !== 'v1' && set(old) !== set(images)) blame('version changed');
    const [from, to] = [old?.[0].revision, images[0].revision];
    if (tag === 'latest' && from && repository.compare(from, to) === 'behind') blame('latest went back');
    const [before, after] = [old?.[0].version, images[0].version].map((version) => parseVersionTag(version ?? ''));
    if (tag !== images[0].version && before && after && compareVersionTags(before, after) > 0) blame('alias went back');
    tags.set(tag, images);
    writes.set(tag, (writes.get(tag) ?? 0) + 1);
  }

  function* build(ref: string, input: string, sha: string, architecture: string): Generator<void> {
    const commit = repository.gitTags.get(input);
    const gitTag = commit === undefined ? ({ state: 'absent' } as const) : ({ state: 'present', commit } as const);
    const verdict = resolveTags(RULES, { ref, input, sha, gitTag });
    if (!verdict.ok) return;
    yield;
    if (chance.yes(0.15)) return; // the build, or its smoke test, fails
    const twin = chance.yes(0.8) ? '' : `-${serial++}`; // most builds are reproducible
    builds++;
    const image = { digest: `sha256:${sha}-${architecture}-${verdict.tag}${twin}`, architecture, revision: sha, version: verdict.tag };
    tags.set(verdict.archTags[architecture], [image]);
  }

  /** May the tag be written? Asked on what it names at this moment. */
  function mayPublish(tag: string, images: readonly Image[]): boolean {
    const old = tags.get(tag);
    if (isVersionTag(tag)) return off === 'immutable versions' || !old || set(old) === set(images);
    const branch = branchOfTag(tag, RULES.branchTags);
    if (branch === undefined || off === 'ancestry') return true;
    const [from, to, head] = [old?.[0].revision, images[0].revision, repository.branches.get(branch) ?? ''];
    const facts = { fromCurrent: repository.compare(from ?? to, head), fromCandidate: repository.compare(to, head) };
    return mayMove(tag, from, to, from === undefined ? 'unknown' : repository.compare(from, to), facts).ok;
  }

  function* merge(tag: string, locked: boolean): Generator<void> {
    while (locked && locks.has(tag)) yield;
    if (locked) locks.add(tag);
    try {
      yield* mergeAlone(tag);
    } finally {
      if (locked) locks.delete(tag);
    }
  }

  function* mergeAlone(tag: string): Generator<void> {
    const names = tagsOf(RULES, tag);
    if (!names.ok) throw new Error(names.reason);
    const found: Image[] = [];
    const candidates = [];
    for (const architecture of ARCHITECTURES) {
      const [image] = tags.get(names.archTags[architecture]) ?? [];
      if (image) found.push(image);
      const labels: Record<string, string> = {
        ...(image ? { [OCI_KEYS.revision]: off === 'one commit' ? 'c0' : image.revision } : {}),
        // an arch tag that was pushed by force: its image was built for another tag
        ...(image && off !== 'own version' ? { [OCI_KEYS.version]: image.version } : {}),
      };
      const platform = `linux/${architecture}`;
      const { digest } = image ?? { digest: '' };
      const content = image && { digest, annotations: {}, attestations: [], images: [{ digest, platform, config: { platform, labels } }] };
      candidates.push({ architecture, platform, name: names.archTags[architecture], workflow: architecture, found: content });
      yield;
    }
    if (!mergeVerdict(candidates, tag).ok || !mayPublish(tag, found)) return;
    let seen = writes.get(tag) ?? 0;
    yield; // the index is put together
    if (off !== 're-check') {
      if (!mayPublish(tag, found)) return;
      seen = writes.get(tag) ?? 0;
    }
    yield; // the one window that stays open
    publish(tag, found, seen);
    merges++;
    if (chance.yes(0.1)) return; // killed before the aliases
    for (const alias of names.aliases) {
      yield;
      const old = tags.get(alias);
      const current = old ? ({ state: 'present', version: old[0].version } as const) : ({ state: 'absent' } as const);
      const aliasSeen = writes.get(alias) ?? 0;
      if (off !== 'forward aliases' && aliasVerdict(alias, current, tag).go !== 'move') continue;
      yield;
      publish(alias, found, aliasSeen);
    }
  }

  const running: Generator<void>[] = [];
  const past: Parameters<typeof build>[] = [];

  function start(): void {
    const dice = chance.next();
    const branch = chance.pick(['master', 'master', 'develop']);
    const head = repository.branches.get(branch) ?? 'c0';
    const version = chance.pick(VERSIONS);
    if (dice < 0.12) repository.branches.set(branch, repository.commit(head));
    else if (dice < 0.14)
      repository.branches.set(branch, repository.commit(repository.parents.get(head) ?? 'c0')); // by force
    else if (dice < 0.22)
      repository.gitTags.set(version, head); // now and then one that was there, by force
    else if (dice < 0.24) {
      const [to, from] = [chance.pick(VERSIONS), chance.pick([...VERSIONS, 'latest'])];
      const image = tags.get(`${from}-amd64`);
      if (image) tags.set(`${to}-amd64`, image); // an arch tag, by force
    } else if (dice < 0.34 && past.length > 0) {
      running.push(build(...chance.pick(past))); // a re-run: same ref, same commit
    } else if (dice < 0.7) {
      const tagged = repository.gitTags.get(version);
      const byTag = tagged !== undefined && chance.yes(0.5);
      const input = !byTag && chance.yes(0.2) ? chance.pick([version, 'latest']) : '';
      for (const architecture of ARCHITECTURES) {
        if (chance.yes(0.15)) continue;
        const run: Parameters<typeof build> = byTag
          ? [`refs/tags/${version}`, '', tagged, architecture]
          : [`refs/heads/${branch}`, input, head, architecture];
        past.push(run);
        running.push(build(...run));
      }
    } else running.push(merge(chance.pick(['latest', 'latest', 'develop', ...VERSIONS]), chance.yes(0.8)));
  }

  for (let turn = 0; turn < 400; turn++) {
    if (chance.yes(0.35)) start();
    if (running.length === 0) continue;
    const index = chance.between(0, running.length - 1);
    if (running[index].next().done) running.splice(index, 1);
  }
  return { seed, faults, races, builds, merges };
}
