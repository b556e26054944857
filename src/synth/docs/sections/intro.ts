/** Title, what this is, and the picture. */
import type { Language } from '../../../core/config';
import { TARGET_RANGE } from '../cost-table';
import { diagram } from '../diagram';
import type { Facts } from '../facts';
import { readmeFile } from '../files';
import { type Block, blocks, code, text } from '../markdown';
import { contentsInWords } from '../release';
import type { Section } from '../section';
import { list } from '../words';
import { linkTo } from './headings';

const NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '中文' };

/** Links to the same text in the other languages. */
function otherLanguages({ config }: Facts, language: Language): Block {
  const { languages } = config.documents;
  const others = languages.filter((other) => other !== language);
  return others.map((other) => `[${NAMES[other]}](${readmeFile(other, languages)})`).join(' · ');
}

function title({ config }: Facts): Block {
  return `# ${text(config.image.title)}`;
}

/** The sentence that somebody wrote; nothing where it is only the default. */
function ownDescription({ config }: Facts): Block {
  const { description, title: name } = config.image;
  return description === `${name} container image` ? '' : `${text(description)}${/[.!?。]$/.test(description) ? '' : '.'}`;
}

function whatItIs({ config, openresty }: Facts, language: Language): string {
  const platforms = list(
    config.architectures.map(({ platform }) => code(platform)),
    language,
  );
  const name = code(config.image.reference);
  const contents = openresty && contentsInWords(openresty, language);
  return {
    en: `${name}${contents ? ` is ${contents},` : ' is a container image'} for ${platforms}.`,
    zh: `${name} ${contents ? `是 ${contents}` : '是一个容器镜像'}，支持 ${platforms}。`,
  }[language];
}

function warning({ openresty }: Facts, language: Language): Block {
  const open = openresty?.openresty.openCves ?? [];
  if (open.length === 0) return '';
  const version = openresty?.openresty.version;
  const many = open.length === 1 ? 'a known vulnerability' : `${open.length} known vulnerabilities`;
  const sentence = {
    en: `OpenResty ${version} has ${many} that it does not fix: see ${linkTo('cves', 'en')}.`,
    zh: `OpenResty ${version} 存在 ${open.length} 个未修复的已知漏洞，见${linkTo('cves', 'zh')}。`,
  };
  return `> [!WARNING]\n> ${sentence[language]}`;
}

/** README's beginning. */
export const intro: Section = {
  en: (facts) =>
    blocks(
      title(facts),
      otherLanguages(facts, 'en'),
      ownDescription(facts),
      `${whatItIs(facts, 'en')} One typed file, [\`.projenrc.ts\`](.projenrc.ts), describes it. \`npx projen\` generates everything else from that file: the build, the workflows, the script they run, and these documents.`,
      facts.spotBuilds.length > 0
        ? `A build runs on an EC2 Spot instance that is launched for it and terminated after it. The target is ${TARGET_RANGE} per architecture and build; ${linkTo('cost', 'en')} says what that rests on.`
        : undefined,
      warning(facts, 'en'),
      diagram(facts, 'en'),
    ),
  zh: (facts) =>
    blocks(
      title(facts),
      otherLanguages(facts, 'zh'),
      whatItIs(facts, 'zh') +
        '全部配置写在一个带类型的文件 [`.projenrc.ts`](.projenrc.ts) 中，其余内容（构建文件、工作流、工作流调用的脚本和这些文档）都由 `npx projen` 生成。',
      facts.spotBuilds.length > 0
        ? `每次构建都启动一台专用的 EC2 Spot 实例，构建完成后即销毁。目标成本为每个架构每次构建 ${TARGET_RANGE}，依据见${linkTo('cost', 'zh')}。`
        : undefined,
      warning(facts, 'zh'),
      diagram(facts, 'zh'),
    ),
};
