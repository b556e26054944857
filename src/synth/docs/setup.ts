/** The set-up that a repository needs once, before its first build. */
import type { Language } from '../../core/config';
import { DOCTOR_NAME } from '../pipeline/doctor-workflow';
import type { Facts } from './facts';
import { readmeFile, relative, setupFile } from './files';
import { type Block, blocks, bullets, code, fence, numbered } from './markdown';
import { settings, settingsTable } from './settings';
import { awsSteps } from './setup-aws';
import type { Words } from './words';

/** Shows candidates and prices; launches nothing. */
const PREVIEW = ['node .github/scripts/spot-image.mjs plan'];

function packages({ config }: Facts, language: Language): Block {
  const { image, pipeline } = config;
  if (image.registry !== 'ghcr.io') return '';
  const cache = code(`${image.cacheReference.split('/').pop()}`);
  const all: readonly (readonly [when: boolean, en: string, zh: string])[] = [
    [
      true,
      `GitHub makes a package private when it is first pushed. After the first build: the package ${code(image.name)} → Package settings → Change visibility → Public.`,
      `首次推送后，GitHub 将软件包设为私有。首次构建后：软件包 ${code(image.name)} → Package settings → Change visibility → Public。`,
    ],
    [
      pipeline.cache,
      `The same for ${cache}, the layer cache. The smoke build reads it before the job logs in: while it is private, every build is a full one.`,
      `层缓存 ${cache} 也要同样设置。冒烟构建在登录之前读取缓存：缓存为私有时，每次都是完整构建。`,
    ],
    [
      true,
      'Do not let a clean-up delete untagged versions: the parts of a multi-architecture image have no tag.',
      '不要让清理任务删除无标签的版本：多架构镜像的各部分没有标签。',
    ],
  ];
  return bullets(all.filter(([when]) => when).map(([, en, zh]) => ({ en, zh })[language]));
}

/** The guide. */
export function setupGuide(facts: Facts, language: Language): Block {
  const spot = facts.spotBuilds.length > 0;
  const { languages } = facts.config.documents;
  const back = relative(setupFile(language), readmeFile(language, languages));
  const step = spot ? ['4', '5', '6', '7'] : ['1', '2', '3', '4'];
  const locally: Words = spot
    ? {
        en: ' On your own machine, with credentials that may look, this shows what a build would run on and cost:',
        zh: ' 在本机上，只需只读凭据，即可查看构建将使用的机器及其费用：',
      }
    : { en: '', zh: '' };
  const words = {
    en: {
      title: 'First-time set-up',
      intro: spot
        ? 'Once per repository, by somebody with administrator rights on GitHub and AWS, with the command-line tools `gh` and `aws`.'
        : 'Once per repository. No AWS account is needed: every architecture is built on a runner that is kept ready.',
      settings: `## ${step[0]}. Settings of the repository`,
      where: 'Settings → Secrets and variables → Actions; those of an Environment in the Environment itself.',
      look: `## ${step[1]}. Is everything there?`,
      looks: `Actions → \`${DOCTOR_NAME}\` → Run workflow. It looks at every access that the pipeline needs, and says of what is missing which command or click mends it.${locally.en}`,
      build: `## ${step[2]}. First build`,
      builds: [
        `Actions → \`${facts.publish.name}\` → Run workflow.`,
        `Or step by step: \`${facts.builds[0].workflow.name}\`${facts.builds.length > 1 ? ', then the other architectures' : ''}, then \`${facts.merge.name}\` with the same tag.`,
      ],
      visible: `## ${step[3]}. Packages on GitHub`,
      back: `Back to the [README](${back}).`,
    },
    zh: {
      title: '初始设置',
      intro: spot
        ? '每个仓库只需完成一次，需要 GitHub 和 AWS 的管理员权限，以及命令行工具 `gh` 和 `aws`。'
        : '每个仓库只需完成一次。不需要 AWS 账号：所有架构都在现成的运行器上构建。',
      settings: `## ${step[0]}. 仓库设置`,
      where: 'Settings → Secrets and variables → Actions；属于 Environment 的设置在该 Environment 中填写。',
      look: `## ${step[1]}. 检查配置`,
      looks: `Actions → \`${DOCTOR_NAME}\` → Run workflow。它检查流水线所需的每一项访问权限，缺少的项目会给出补救的命令或操作。${locally.zh}`,
      build: `## ${step[2]}. 首次构建`,
      builds: [
        `Actions → \`${facts.publish.name}\` → Run workflow。`,
        `也可以分步进行：先运行 \`${facts.builds[0].workflow.name}\`${facts.builds.length > 1 ? '（其他架构同样操作）' : ''}，再运行 \`${facts.merge.name}\`，输入相同的标签。`,
      ],
      visible: `## ${step[3]}. GitHub 上的软件包`,
      back: `返回 [README](${back})。`,
    },
  }[language];
  const visible = packages(facts, language);
  return blocks(
    `# ${words.title}`,
    words.intro,
    spot ? awsSteps(facts, language) : undefined,
    words.settings,
    settings(facts).length > 0 ? words.where : undefined,
    settingsTable(facts, language),
    words.look,
    words.looks,
    spot ? fence('bash', PREVIEW) : undefined,
    words.build,
    numbered(words.builds),
    ...(visible === '' ? [] : [words.visible, visible]),
    words.back,
  );
}
