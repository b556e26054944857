/**
 * Which base tag a run may claim: by its git ref, or by what a person typed.
 */
import { type AliasRules, isAlias } from './aliases';
import { isVersionTag } from './version-tag';

/** What of a config base tags depend on. */
export interface BaseTagRules extends AliasRules {
  /** Branch → base tag. */
  readonly branchTags: Readonly<Record<string, string>>;
}

/** Where a git tag points, as far as somebody could say. */
export type GitTagFact =
  /** The commit, of an annotated tag as well. */
  | { readonly state: 'present'; readonly commit: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly why: string };

/** What a run knows of its own ref. */
export interface RefFacts {
  /** `refs/heads/…` or `refs/tags/…`. */
  readonly ref: string;
  /** GITHUB_EVENT_NAME, or undefined or '' outside of a run. */
  readonly event?: string;
  /** The tag a person typed, or undefined or '' for none. */
  readonly input?: string;
  /** GITHUB_SHA: the commit that is built. */
  readonly sha?: string;
  /** Where the git tag of the name that `gitTagInQuestion` gives points; undefined if nobody asked. */
  readonly gitTag?: GitTagFact;
}

/**
 * Events that build the ref they name. A pull request's ref, or its target's,
 * says nothing of what it holds, and one workflow started by another always runs
 * for the default branch, whatever the other one ran for.
 */
const EVENTS = ['push', 'workflow_dispatch', 'repository_dispatch', 'schedule', 'release'];

type Answer = { readonly tag: string } | { readonly reason: string };

function branchOfRef(ref: string): string | undefined {
  return /^refs\/heads\/(.+)$/s.exec(ref)?.[1];
}

function gitTagOfRef(ref: string): string | undefined {
  return /^refs\/tags\/(.+)$/s.exec(ref)?.[1];
}

/** The branches that a base tag belongs to: one, or none. */
export function branchOfTag(tag: string, branchTags: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(branchTags).find((branch) => branchTags[branch] === tag);
}

/**
 * Name of the git tag whose commit decides about these facts, or undefined where
 * nothing depends on one. Only then need anybody ask GitHub.
 */
export function gitTagInQuestion({ ref, input }: RefFacts): string | undefined {
  const name = input || gitTagOfRef(ref);
  return name !== undefined && isVersionTag(name) ? name : undefined;
}

function ofRef({ branchTags, aliases }: BaseTagRules, facts: RefFacts): Answer {
  const { ref } = facts;
  const gitTag = gitTagOfRef(ref);
  if (gitTag !== undefined) {
    if (!isVersionTag(gitTag))
      return {
        reason: `git tag "${gitTag}" is no version (v and a digit, such as v1.0.0), so it gives no image tag; type the tag as the workflow's input`,
      };
    return isAlias(gitTag, { aliases }) ? { reason: reserved(gitTag) } : ofVersion(gitTag, facts);
  }
  const branch = branchOfRef(ref);
  if (branch !== undefined && Object.hasOwn(branchTags, branch)) return { tag: branchTags[branch] };
  const known = Object.keys(branchTags);
  const branches = known.length > 0 ? `the branches ${known.join(', ')} and ` : '';
  return { reason: `"${ref}" gives no image tag: only ${branches}tags v* do; type the tag as the workflow's input` };
}

function reserved(tag: string): string {
  return `"${tag}" is an alias that follows the versions (pipeline.aliases), so no build claims it; give the whole version, such as v1.0.0`;
}

/** A version belongs to the commit of its git tag, whatever branch the run is for. */
function ofVersion(tag: string, { ref, sha, gitTag }: RefFacts): Answer {
  // the run's own ref is proof enough, unless GitHub says that the tag has moved since: a re-run keeps its commit
  if (gitTagOfRef(ref) === tag && !(gitTag?.state === 'present' && sha && gitTag.commit !== sha)) return { tag };
  const heal = `Run the workflow from the git tag ${tag}`;
  if (!sha) return { reason: `"${tag}" is a version, and nobody says which commit is built. ${heal}` };
  switch (gitTag?.state) {
    case 'present':
      return gitTag.commit === sha
        ? { tag }
        : { reason: `"${tag}" is a version and belongs to commit ${gitTag.commit}, its git tag's; this run builds ${sha}. ${heal}` };
    case 'absent':
      return {
        reason: `"${tag}" is a version, and there is no such git tag. Create it on commit ${sha}, or type a tag that is no version`,
      };
    default:
      return { reason: `"${tag}" is a version, and its git tag is not known: ${gitTag?.why ?? 'nobody asked GitHub'}. ${heal}` };
  }
}

/** Why a typed tag, whoever types it, is too much like another one: an alias, a version or a branch's tag; undefined if it is not. */
export function lookAlike(tag: string, rules: BaseTagRules): string | undefined {
  if (isAlias(tag, rules)) return reserved(tag);
  const lower = tag.toLowerCase();
  if (!isVersionTag(tag) && isVersionTag(lower)) return `"${tag}" looks like a version; these begin with a small v: "${lower}"`;
  // Merges of one tag wait for each other in a concurrency group, and GitHub's ignore case.
  const twin = Object.values(rules.branchTags).find((one) => one !== tag && one.toLowerCase() === lower);
  return twin && `"${tag}" differs from "${twin}" in case only; type another tag`;
}

function ofInput(rules: BaseTagRules, input: string, facts: RefFacts): Answer {
  const alike = lookAlike(input, rules);
  if (alike !== undefined) return { reason: alike };
  if (isVersionTag(input)) return ofVersion(input, facts);
  const owner = branchOfTag(input, rules.branchTags);
  if (owner !== undefined) {
    return branchOfRef(facts.ref) === owner
      ? { tag: input }
      : {
          reason: `"${input}" belongs to the branch ${owner}, and this run is for "${facts.ref}"; run the workflow from ${owner}, or type another tag`,
        };
  }
  return { tag: input };
}

/**
 * The base tag that a run may claim, or why it may claim none. An input wins over
 * the ref, but takes nothing that belongs to another one: neither a branch's tag
 * nor a version. Whether the tag is valid is for `baseTagFault` to say.
 */
export function baseTag(rules: BaseTagRules, facts: RefFacts): Answer {
  const { event, input } = facts;
  if (event && !EVENTS.includes(event)) {
    return { reason: `a run of the event "${event}" gives no image tag; these do: ${EVENTS.join(', ')}` };
  }
  return input ? ofInput(rules, input, facts) : ofRef(rules, facts);
}
