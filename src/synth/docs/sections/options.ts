/** The options that people use most. */
import type { Language } from '../../../core/config';
import type { Facts } from '../facts';
import { type Block, blocks, code, table } from '../markdown';
import { OPTION_ROWS } from '../options-table';
import type { Section } from '../section';
import { HEADINGS } from './headings';

function optionsTable({ openresty }: Facts, language: Language): Block {
  const head = { en: ['Option', 'Default', 'Meaning'], zh: ['选项', '默认值', '含义'] };
  return table(
    head[language],
    OPTION_ROWS.filter((row) => openresty !== undefined || !row.openresty).map(({ path, fallback, meaning }) => [
      code(path),
      typeof fallback === 'string' ? code(fallback) : fallback[language],
      meaning[language],
    ]),
  );
}

/** The table, and where the rest is. */
export const options: Section = {
  en: (facts) =>
    blocks(
      `## ${HEADINGS.options.en}`,
      'The most used ones. The types in `.projenrc.ts` explain all of them: let your editor complete. A config with faults is refused with a list of all of them and how to mend each; nothing is written then.',
      optionsTable(facts, 'en'),
    ),
  zh: (facts) =>
    blocks(
      `## ${HEADINGS.options.zh}`,
      '最常用的选项如下。全部选项的说明见 `.projenrc.ts` 所用的类型，可借助编辑器补全。配置有误时会一次列出所有问题及修改方法，且不写入任何文件。',
      optionsTable(facts, 'zh'),
    ),
};
