/** Tables of which ref or input gives which tags: every answer comes from the function that the pipeline itself asks. */
import type { Language } from '../../core/config';
import { type RefFacts, resolveTags, tagRules as rulesOf, type TagRules, type TagVerdict } from '../../core/tags';
import { branches, type Facts } from './facts';
import { type Block, code, table, text } from './markdown';
import type { Words } from './words';

/** One question to `resolveTags`, how a person would put it, and the answer. */
export interface TagExample {
  readonly asked: Words;
  readonly facts: RefFacts;
  readonly verdict: TagVerdict;
}

/** What the tags of this config depend on. */
export function tagRules({ config }: Facts): TagRules {
  return rulesOf(config.pipeline, config.architectures);
}

function branch(name: string): { asked: Words; facts: RefFacts } {
  return { asked: { en: `branch ${code(name)}`, zh: `分支 ${code(name)}` }, facts: { ref: `refs/heads/${name}` } };
}

function gitTag(name: string): { asked: Words; facts: RefFacts } {
  return { asked: { en: `git tag ${code(name)}`, zh: `git 标签 ${code(name)}` }, facts: { ref: `refs/tags/${name}` } };
}

function input(tag: string, ref: string): { asked: Words; facts: RefFacts } {
  const from = ref.replace(/^refs\/(heads|tags)\//, '');
  return {
    asked: { en: `input ${code(tag)}, run from ${code(from)}`, zh: `输入 ${code(tag)}，运行于 ${code(from)}` },
    facts: { ref, input: tag },
  };
}

/** Commits of the examples. */
const [BUILT, OTHER] = ['1f0c2d5', '9ab37e4'];

/** A version typed on a branch: the git tag's commit decides. */
function typedVersion(tag: string, ref: string, commit: string | undefined): { asked: Words; facts: RefFacts } {
  const from = ref.replace(/^refs\/heads\//, '');
  const where = {
    en:
      commit === undefined ? 'without such a git tag' : commit === BUILT ? "at the git tag's commit" : 'at another commit than the git tag',
    zh: commit === undefined ? '没有该 git 标签' : commit === BUILT ? '提交与 git 标签一致' : '提交与 git 标签不一致',
  };
  return {
    asked: {
      en: `input ${code(tag)}, run from ${code(from)} ${where.en}`,
      zh: `输入 ${code(tag)}，运行于 ${code(from)}，${where.zh}`,
    },
    facts: { ref, input: tag, sha: BUILT, gitTag: commit === undefined ? { state: 'absent' } : { state: 'present', commit } },
  };
}

/** A branch that gives no tag. */
function otherBranch(facts: Facts): string {
  let name = 'feature/login';
  while (branches(facts).includes(name)) name += '-2';
  return name;
}

/** Questions that cover every rule: branches, versions, input, and what is refused. */
export function tagExamples(facts: Facts): TagExample[] {
  const [first] = facts.config.architectures;
  const other = `refs/heads/${otherBranch(facts)}`;
  const versions = [...new Set(['v1.0.0', facts.versionTag, `${facts.versionTag}-2`])];
  return [
    ...branches(facts).map(branch),
    ...versions.map(gitTag),
    typedVersion('v1.0.0', other, BUILT),
    input('test-42', other),
    typedVersion('v1.0.0', other, OTHER),
    typedVersion('v1.0.0', other, undefined),
    ...branches(facts)
      .slice(0, 1)
      .map((name) => input(facts.config.pipeline.branchTags[name], other)),
    branch(otherBranch(facts)),
    gitTag('release-1'),
    input(`${facts.tag}-${first.name}`, other),
    input('-x', other),
  ].map((question) => ({ ...question, verdict: resolveTags(tagRules(facts), question.facts) }));
}

const HEAD: Readonly<Record<Language, { asked: string; tag: string; refused: string; reason: string }>> = {
  en: { asked: 'The build runs for', tag: 'Base tag', refused: 'Refused', reason: 'Reason' },
  zh: { asked: '构建来自', tag: '统一标签', refused: '被拒绝', reason: '原因（日志原文）' },
};

/** What is accepted: base tag and each architecture's tag. */
export function acceptedTable(facts: Facts, language: Language): Block {
  const words = HEAD[language];
  const rows = tagExamples(facts).flatMap(({ asked, verdict }) =>
    verdict.ok ? [[asked[language], code(verdict.tag), ...facts.builds.map((b) => code(verdict.archTags[b.architecture.name]))]] : [],
  );
  return table([words.asked, words.tag, ...facts.builds.map(({ architecture }) => architecture.label)], rows);
}

/** What is refused, with the words that the log has. */
export function refusedTable(facts: Facts, language: Language): Block {
  const words = HEAD[language];
  const rows = tagExamples(facts).flatMap(({ asked, verdict }) => (verdict.ok ? [] : [[asked[language], text(verdict.reason)]]));
  return table([words.refused, words.reason], rows);
}
