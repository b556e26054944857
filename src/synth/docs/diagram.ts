/** The pipeline as a mermaid flowchart, which GitHub draws. */
import { hostBuilder } from '../../core/architecture';
import type { Language } from '../../core/config';
import { archTag } from '../../core/tags';
import type { Build, Facts } from './facts';
import { type Block, fence } from './markdown';
import { enumerate, type Words } from './words';

const WORDS = {
  generates: { en: 'generates', zh: '生成' },
  files: { en: 'Dockerfile, workflows,<br>script, documents', zh: 'Dockerfile、工作流、<br>脚本、文档' },
  launch: { en: 'launch a Spot instance', zh: '启动 Spot 实例' },
  build: { en: 'build', zh: '构建' },
  emulated: { en: 'build (QEMU)', zh: '构建（QEMU）' },
  smoke: { en: 'smoke-test', zh: '冒烟测试' },
  push: { en: 'push', zh: '推送' },
  stop: { en: 'terminate it', zh: '销毁实例' },
  verdict: { en: 'verdict', zh: '判定' },
  again: { en: 'reclaimed: once more, on demand', zh: '被收回：按需重建一次' },
} satisfies Record<string, Words>;

/** A label in quotes. The texts have no quote of their own: tags, names and references know none. */
function label(...lines: readonly string[]): string {
  return `["${lines.join('<br>')}"]`;
}

/** Nodes are named by number: an architecture may be called `end`, which mermaid takes for its own. */
function buildLines({ tag }: Facts, build: Build, index: number, language: Language): string[] {
  const { architecture, workflow } = build;
  const steps = [architecture.builder.kind === 'emulated' ? WORDS.emulated : WORDS.build, WORDS.smoke, WORDS.push];
  const inWords = enumerate(
    steps.map((step) => step[language]),
    language,
  );
  const work = `build${index}${label(inWords, archTag(tag, architecture.name))}`;
  const spot = hostBuilder(architecture).kind === 'spot';
  const lines = spot
    ? [
        `launch${index}${label(WORDS.launch[language])} --> ${work} --> stop${index}${label(WORDS.stop[language])}`,
        `stop${index} --> verdict${index}${label(WORDS.verdict[language])}`,
        `stop${index} -- "${WORDS.again[language]}" --> launch${index}`,
      ]
    : [work];
  return [`  subgraph workflow${index}["${workflow.name}"]`, ...lines.map((line) => `    ${line}`), '  end'];
}

/** The flowchart: from the config to the tag that people pull. */
export function diagram(facts: Facts, language: Language): Block {
  const { config, builds, merge, tag } = facts;
  return fence('mermaid', [
    'flowchart TB',
    `  config${label('.projenrc.ts')} -- "npx projen ${WORDS.generates[language]}" --> files${label(WORDS.files[language])}`,
    ...builds.map((_, i) => `  files --> workflow${i}`),
    ...builds.flatMap((build, i) => buildLines(facts, build, i, language)),
    ...builds.map((_, i) => `  build${i} --> merge${i === 0 ? label(merge.name) : ''}`),
    `  merge --> public(["${config.image.reference}:${tag}"])`,
  ]);
}
