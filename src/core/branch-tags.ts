/** Branches, and the base tag that each gives. */
import { type Faults, join } from './fault';
import { isTag } from './grammar';
import { archTag, isVersionTag, withoutSuffix } from './tags';
import { isAlias } from './tags/aliases';

const DEFAULT_BRANCH_TAGS: Readonly<Record<string, string>> = { master: 'latest', develop: 'develop' };

/** A branch that needs no quoting in an expression and is no pattern in a trigger (git-check-ref-format, and less). */
function isBranch(branch: string): boolean {
  return (
    branch.length <= 200 && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch) && !/\.\.|\/\/|\/\.|[/.]$|\.lock(?:\/|$)|^refs\//.test(branch)
  );
}

function checkTag(faults: Faults, path: string, tag: string, architectures: readonly string[], aliases: boolean): void {
  if (!isTag(tag)) {
    faults.add(path, tag, 'it is no image tag', 'write a letter, digit or _, then up to 127 letters, digits, . _ or -');
    return;
  }
  if (isVersionTag(tag))
    faults.add(path, tag, 'tags that begin with v and a digit are versions; only git tags give them', 'use a word such as "latest"');
  else if (isAlias(tag, { aliases }))
    faults.add(path, tag, 'with pipeline.aliases, numbers with dots are names of versions', 'use a word such as "latest"');
  const base = withoutSuffix(tag, architectures);
  if (base !== tag) {
    const why = `it ends with "${tag.slice(base.length)}", as the tag of an architecture does`;
    faults.add(path, tag, why, `use "${base}"`);
  }
  const longest = Math.max(0, ...architectures.map((name) => archTag(tag, name).length));
  if (longest > 128) faults.add(path, tag, `with its architecture it has ${longest} characters; 128 are allowed`, 'shorten it');
}

/**
 * Resolves the table. The order is kept; an empty one leaves version tags and what people type.
 * @param architectures names of the architectures, which no tag may end with
 * @param aliases whether versions have aliases, which no branch may take
 */
export function resolveBranchTags(
  faults: Faults,
  branchTags: Readonly<Record<string, string>> = DEFAULT_BRANCH_TAGS,
  architectures: readonly string[],
  aliases: boolean,
): Readonly<Record<string, string>> {
  // GitHub's concurrency groups, which are made of tags, ignore case.
  const owners = new Map<string, string>();
  for (const [branch, tag] of Object.entries(branchTags)) {
    const at = join('pipeline.branchTags', branch);
    if (!isBranch(branch))
      faults.add(at, branch, 'it is no plain branch name', 'use letters, digits and . _ - / only, without "refs/heads/" in front');
    checkTag(faults, at, tag, architectures, aliases);
    const owner = owners.get(tag.toLowerCase());
    if (owner !== undefined) {
      const why = `branch "${owner}" gives this tag already (case aside); two branches would overwrite each other`;
      faults.add(at, tag, why, 'give one of them another tag');
    }
    owners.set(tag.toLowerCase(), branch);
  }
  return { ...branchTags };
}
