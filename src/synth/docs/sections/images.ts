/** Where the images are, how they are tagged, how the workflows are used. */
import type { Language } from '../../../core/config';
import { archTag } from '../../../core/tags';
import { pull } from '../commands';
import { archTags, type Facts, tagExamplesInWords } from '../facts';
import { REQUIREMENTS, TAG_STRATEGY_HEADING } from '../files';
import { anchor, type Block, blocks, bullets, code, fence, numbered } from '../markdown';
import type { Section } from '../section';
import { acceptedTable, refusedTable } from '../tag-tables';
import { enumerate, list } from '../words';
import { HEADINGS } from './headings';

function registryInWords({ config }: Facts): string {
  return config.image.registry === 'ghcr.io' ? 'GitHub Container Registry' : code(config.image.registry);
}

function references({ config, builds }: Facts): string[] {
  return builds.map(({ architecture }) => code(`${config.image.reference}:${archTag('<tag>', architecture.name)}`));
}

/** Registries that get the same image. */
function others({ config }: Facts, language: Language): Block {
  const also = config.image.additional.map(({ reference }) => code(reference));
  if (also.length === 0) return '';
  return { en: `The merge puts the same digests into ${list(also, 'en')}.`, zh: `合并时还会把相同摘要的镜像推送到 ${list(also, 'zh')}。` }[
    language
  ];
}

/** Where to pull from. */
export const access: Section = {
  en: (facts) =>
    blocks(
      '### Where the images are',
      `They are pushed to ${registryInWords(facts)}:`,
      bullets([
        `**What everybody pulls**: ${code(`${facts.config.image.reference}:<tag>`)} - Docker picks the platform`,
        `**One architecture**, for debugging: ${list(references(facts), 'en', 'or')}`,
      ]),
      others(facts, 'en'),
    ),
  zh: (facts) =>
    blocks(
      '### 镜像访问',
      `构建完成后，镜像推送到 ${registryInWords(facts)}：`,
      bullets([
        `**${facts.builds.length > 1 ? '多架构合并镜像' : '统一标签镜像'}**（推荐）: ${code(`${facts.config.image.reference}:<tag>`)} - Docker 自动匹配平台`,
        `**架构特定镜像**（调试用）: ${list(references(facts), 'zh', 'or')}`,
      ]),
      others(facts, 'zh'),
    ),
};

/** The two stages of tags, and what each ref gives. */
export const tags: Section = {
  en: (facts) =>
    blocks(
      `### ${HEADINGS.tags.en}`,
      'There are two stages of tags:',
      bullets([
        `**The build** pushes the tag of its architecture, such as ${list(archTags(facts, facts.tag), 'en')}.`,
        `**The merge** makes the base tag, such as ${code(facts.tag)}, of them.`,
      ]),
      'People pull the base tag, and Docker picks the platform. An input wins over the branch or git tag that a build runs for:',
      acceptedTable(facts, 'en'),
      refusedTable(facts, 'en'),
    ),
  zh: (facts) =>
    blocks(
      `### ${HEADINGS.tags.zh}`,
      '项目采用两阶段标签策略：',
      bullets([
        `**构建阶段**: 创建架构特定标签（如 ${enumerate(archTags(facts, facts.tag), 'zh')}）`,
        `**合并阶段**: 创建统一标签（如 ${code(facts.tag)}）`,
      ]),
      '用户可直接拉取统一标签，Docker 会自动匹配平台。',
      `详细说明请参考 [需求文档 - 标签策略](${REQUIREMENTS.workflows}#${anchor(TAG_STRATEGY_HEADING)})。`,
    ),
};

function pullLines(facts: Facts, language: Language): string[] {
  const words = {
    all: { en: 'the image for this machine', zh: `拉取${facts.builds.length > 1 ? '多架构' : ''}镜像（推荐，Docker 自动匹配平台）` },
    one: { en: 'one architecture, for debugging', zh: '拉取特定架构镜像（调试用）' },
  };
  return [
    `# ${words.all[language]}`,
    pull(facts, facts.tag),
    '',
    `# ${words.one[language]}`,
    ...facts.builds.map(({ architecture }) => pull(facts, archTag(facts.tag, architecture.name))),
  ];
}

/** What the script does besides, on anybody's machine: verify, a part of the architectures, and what only people may do. */
function byHand(facts: Facts, language: Language): string {
  const script = 'node .github/scripts/spot-image.mjs';
  const { tag } = facts;
  const [{ architecture }] = facts.builds;
  const some = facts.builds.length > 1 ? [`${script} merge --tag ${tag} --only ${architecture.name}`] : [];
  const lines = [`${script} verify --tag ${tag}`, ...some, `${script} merge --tag ${tag} --force --reason TEXT`];
  const comments = {
    en: [
      'is the public tag whole? Exit code 1 with every finding',
      ...(some.length > 0 ? ['only some architectures; the index says so, and the rest may follow'] : []),
      'replace a version, or move the tag of a branch back: people only, never a workflow',
    ],
    zh: [
      '检查公开标签是否完整；有问题时退出码为 1，并逐条列出',
      ...(some.length > 0 ? ['只合并部分架构：索引的注解会注明，其余架构可稍后补上'] : []),
      '替换已发布的版本，或让分支标签后退：只能由人执行，工作流中会被拒绝',
    ],
  }[language];
  const text = {
    en: 'With Docker, logged in to the registry, the script does the same on your own machine, and more:',
    zh: '在已安装 Docker 并登录镜像仓库的本机上，也可以直接运行脚本：',
  }[language];
  const remains = {
    en:
      'No registry has locks. Each tag is looked at right before it is written, and read back; what remains is the time of one request. ' +
      'The workflows merge a tag one run at a time, so only a person beside them can get there' +
      (facts.config.pipeline.aliases ? ', or two versions with an alias of both: merge the newer one again.' : '.'),
    zh:
      '镜像仓库没有锁。每个标签在写入前会再次检查，写入后会读回比较，剩下的只有一次请求的间隙。' +
      '工作流对同一标签逐个合并，因此只有同时手动操作的人才会遇到' +
      (facts.config.pipeline.aliases ? '，或者两个版本同时更新同一个别名：此时重新合并较新的版本即可。' : '。'),
  }[language];
  return blocks(
    text,
    fence(
      'bash',
      lines.flatMap((line, i) => [`# ${comments[i]}`, line]),
    ),
    remains,
  );
}

/** Build, merge, pull: by hand. */
export const usage: Section = {
  en: (facts) =>
    blocks(
      `### ${HEADINGS.usage.en}`,
      '#### Both in one run',
      `Start \`${facts.publish.name}\` by hand: it builds and ${facts.builds.length > 1 ? 'merges' : 'publishes'}. Or step by step:`,
      '#### Build',
      numbered([
        ...facts.builds.map(({ workflow }) => `Start the workflow \`${workflow.name}\` by hand.`),
        `Wait until ${facts.builds.length > 1 ? 'all are' : 'it is'} done.`,
      ]),
      '"Use workflow from" chooses the branch or git tag; the input may stay empty.',
      `#### ${facts.builds.length > 1 ? 'Merge' : 'Publish'}`,
      numbered([
        `Find the workflow \`${facts.merge.name}\` on the Actions page.`,
        'Click "Run workflow".',
        `Type the tag, such as ${tagExamplesInWords(facts, 'en')}.`,
        'Click "Run workflow" again.',
      ]),
      byHand(facts, 'en'),
      '#### Pull',
      fence('bash', pullLines(facts, 'en')),
    ),
  zh: (facts) =>
    blocks(
      `### ${HEADINGS.usage.zh}`,
      '#### 一键构建并发布',
      `手动触发 \`${facts.publish.name}\` 工作流，即可完成构建和${facts.builds.length > 1 ? '合并' : '发布'}。也可以分步进行：`,
      '#### 构建架构特定镜像',
      numbered([
        ...facts.builds.map(({ workflow }) => `手动触发 \`${workflow.name}\` 工作流`),
        `等待${facts.builds.length === 2 ? '两个' : facts.builds.length === 1 ? '' : '所有'}构建${facts.builds.length > 1 ? '都' : ''}完成`,
      ]),
      '触发时在 "Use workflow from" 中选择分支或 git 标签，输入可留空。',
      `#### ${facts.builds.length > 1 ? '合并多架构镜像' : '发布统一标签'}`,
      numbered([
        `在 GitHub Actions 页面找到 \`${facts.merge.name}\` 工作流`,
        '点击 "Run workflow"',
        `输入要合并的标签（如 ${tagExamplesInWords(facts, 'zh')}）`,
        '点击 "Run workflow" 执行合并',
      ]),
      byHand(facts, 'zh'),
      '#### 拉取镜像',
      fence('bash', pullLines(facts, 'zh')),
    ),
};
