/** Tables of which ref or input gives which tags: every answer comes from the function that the pipeline itself asks. */
import type { Language } from '../../core/config';
import { type RefFacts, resolveTags, type TagRules, type TagVerdict } from '../../core/tags';
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
  return { branchTags: config.pipeline.branchTags, architectures: config.architectures.map(({ name }) => name) };
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
    input('v1.0.0', other),
    input('test-42', other),
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
