/** What maintainers do: bump, add an architecture, fork, edit. */

import { OPENRESTY_KEY_FINGERPRINT } from '../../../core/catalogue/archives';
import type { Language } from '../../../core/config';
import { BAKE_COMMAND } from '../commands';
import { customRelease, newArchitecture, otherImage, verifiableReleases } from '../examples';
import type { Facts } from '../facts';
import { type Block, blocks, bullets, code, fence, inItem, numbered } from '../markdown';
import type { Section } from '../section';
import { list } from '../words';
import { HEADINGS } from './headings';

const CHECK = fence('bash', ['npx projen', 'git diff', 'npm test', BAKE_COMMAND]);

/** Publishes a version tag. */
function push(versionTag: string): Block {
  return fence('bash', [`git tag ${versionTag}`, `git push origin HEAD ${versionTag}`]);
}

function bumpOpenResty({ openresty, versionTag }: Facts, language: Language): Block {
  if (!openresty) return '';
  const { version } = openresty.openresty;
  const custom = customRelease(version);
  const archive = `openresty-${custom.version}.tar.gz`;
  const verify = fence('bash', [
    `gpg --recv-keys ${OPENRESTY_KEY_FINGERPRINT}`,
    `gpg --verify ${archive}.asc ${archive}`,
    `sha256sum ${archive}`,
  ]);
  const known = list(verifiableReleases().map(code), language);
  const words = {
    en: {
      change: `Change one line in \`.projenrc.ts\`: \`version\` of \`openresty\`, now ${code(version)}. Known with a checksum: ${known}. OpenSSL, its patch, PCRE2 and the base follow, unless the file pins them.`,
      look: 'Generate, look at the difference, test, build:',
      release: 'Commit, and give the commit a version tag. Then build and merge that tag:',
      custom: 'For a release that the catalogue lacks, verify the archive by its signature and give its checksum:',
    },
    zh: {
      change: `在 \`.projenrc.ts\` 中修改一行：\`openresty\` 的 \`version\`，当前为 ${code(version)}。已知且有校验和的版本：${known}。OpenSSL、补丁、PCRE2 和基础镜像随之更新，除非文件中已固定。`,
      look: '生成、检查差异、测试、构建：',
      release: '提交，并为该提交打版本标签，然后构建并合并该标签：',
      custom: '对于版本目录中没有的版本，先用签名验证压缩包，再写入其校验和：',
    },
  }[language];
  return blocks(
    numbered([words.change, `${words.look}\n\n${inItem(CHECK)}`, `${words.release}\n\n${inItem(push(versionTag))}`]),
    words.custom,
    verify,
    fence('ts', custom.lines),
  );
}

function bumpAny({ versionTag }: Facts, language: Language): Block {
  const words = {
    en: [
      'Change the version in `docker/Dockerfile`.',
      'Test and build:',
      'Commit, and give the commit a version tag. Then build and merge that tag:',
    ],
    zh: ['修改 `docker/Dockerfile` 中的版本。', '测试并构建：', '提交，并为该提交打版本标签，然后构建并合并该标签：'],
  }[language];
  return numbered([words[0], `${words[1]}\n\n${inItem(CHECK)}`, `${words[2]}\n\n${inItem(push(versionTag))}`]);
}

function addArchitecture(facts: Facts, language: Language): Block {
  const example = newArchitecture(facts);
  const [native] = facts.nativeBuilds;
  if (!example || !native) return '';
  const { name } = native.architecture;
  const words = {
    en: {
      add: 'Add one row to `architectures` in `.projenrc.ts`, and run `npx projen`:',
      gives: `A workflow, \`.github/workflows/build-${example.name}.yml\`, appears; the merge, the tags and these documents follow. A row says how its builder is had:`,
      kinds: [
        `\`spot: {}\`: a Spot instance of that architecture. This is the default, where EC2 has one.`,
        '`hosted: {}`: a runner of GitHub, or with `runner` one of your own. Needs no AWS account.',
        `\`emulated: { on: '${name}' }\`: QEMU on the machine of another architecture.`,
      ],
    },
    zh: {
      add: '在 `.projenrc.ts` 的 `architectures` 中增加一行，然后运行 `npx projen`：',
      gives: `将生成新的工作流 \`.github/workflows/build-${example.name}.yml\`，合并、标签和这些文档随之更新。每一行说明构建机的来源：`,
      kinds: [
        '`spot: {}`：该架构的 Spot 实例。EC2 有对应实例时，这是默认值。',
        '`hosted: {}`：GitHub 托管的运行器，或用 `runner` 指定自己的运行器。不需要 AWS 账号。',
        `\`emulated: { on: '${name}' }\`：在另一个架构的机器上用 QEMU 模拟。`,
      ],
    },
  }[language];
  return blocks(`### ${HEADINGS.addArchitecture[language]}`, words.add, fence('ts', [example.row]), words.gives, bullets(words.kinds));
}

function fork(facts: Facts, language: Language): Block {
  const name = otherImage(facts);
  const { owner } = facts.config.image;
  const project = fence('ts', [
    ...(facts.home ? ["import { HomeOfTheType } from './.projen/home';", "import { SpotImageProject } from './src';", ''] : []),
    'const project = new SpotImageProject({',
    `  name: '${name}',`,
    `  owner: '${owner}',`,
    '});',
    '',
    ...(facts.home ? ['new HomeOfTheType(project);'] : []),
    'project.synth();',
  ]);
  const words = {
    en: {
      copy: 'Copy this repository and describe the other image in `.projenrc.ts`:',
      steps: [
        `Run \`npx projen\`. Workflows, tags and documents now bear the new name${facts.openresty ? ', and the generated Dockerfile is gone' : ''}.`,
        `Write \`docker/Dockerfile\`, of which a first version is there now. Its stage \`image\` is shipped, its stage \`smoke\` proves it.${facts.openresty ? ' Delete `docker/nginx.conf` and `docker/conf.d`, unless it uses them.' : ''}`,
        'Do the set-up once for the new repository.',
      ],
    },
    zh: {
      copy: '复制本仓库，在 `.projenrc.ts` 中描述新的镜像：',
      steps: [
        `运行 \`npx projen\`。工作流、标签和文档随即使用新的名称${facts.openresty ? '，生成的 Dockerfile 会被删除' : ''}。`,
        `编写 \`docker/Dockerfile\`（已有初始版本）。\`image\` 阶段即发布的镜像，\`smoke\` 阶段对其进行冒烟测试。${facts.openresty ? '不再需要时删除 `docker/nginx.conf` 和 `docker/conf.d`。' : ''}`,
        '为新仓库完成一次初始设置。',
      ],
    },
  }[language];
  return blocks(`### ${HEADINGS.otherImage[language]}`, words.copy, project, numbered(words.steps));
}

function editing(facts: Facts, language: Language): Block {
  const own = facts.openresty ? ['.projenrc.ts', 'docker/nginx.conf', 'docker/conf.d/default.conf'] : ['.projenrc.ts', 'docker/Dockerfile'];
  const files = list(own.map(code), language);
  return {
    en: `### What to edit\n\n${files} are yours. Every file with "Generated by projen" in its head is overwritten by \`npx projen\`; \`npm test\` names those that were edited by hand.`,
    zh: `### 可以编辑的文件\n\n${files} 由您维护。文件头含 "Generated by projen" 的文件会被 \`npx projen\` 覆盖；\`npm test\` 会指出被手工修改的文件。`,
  }[language];
}

function upkeepIn(facts: Facts, language: Language): Block {
  const words = {
    en: { title: 'Upkeep', bump: facts.openresty ? 'Bump the release' : 'Release a new version' },
    zh: { title: '日常维护', bump: facts.openresty ? '升级版本' : '发布新版本' },
  }[language];
  return blocks(
    `## ${words.title}`,
    `### ${words.bump}`,
    facts.openresty ? bumpOpenResty(facts, language) : bumpAny(facts, language),
    addArchitecture(facts, language),
    fork(facts, language),
    editing(facts, language),
  );
}

/** Upkeep. */
export const upkeep: Section = {
  en: (facts) => upkeepIn(facts, 'en'),
  zh: (facts) => upkeepIn(facts, 'zh'),
};
