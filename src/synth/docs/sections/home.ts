/** How to work on the project type; only in its own repository. */
import type { Language } from '../../../core/config';
import { type Block, blocks, bullets, code, fence } from '../markdown';
import type { Section } from '../section';
import type { Words } from '../words';
import { HEADINGS } from './headings';

/** The rooms. */
const ROOMS: readonly (readonly [folder: string, words: Words])[] = [
  [
    'src/core',
    {
      en: 'what is true without tools: options, checks, the resolved config, the catalogue of releases, tags, prices. Imports nothing but itself.',
      zh: '与工具无关的部分：选项、检查、解析后的配置、版本目录、标签、价格。只引用自身。',
    },
  ],
  [
    'src/synth',
    {
      en: 'projen components that render the config: `image`, `pipeline`, `docs`, `project`. They decide nothing.',
      zh: '渲染配置的 projen 组件：`image`、`pipeline`、`docs`、`project`。不做决策。',
    },
  ],
  [
    'src/runtime',
    {
      en: 'what the workflows run: doctor, plan, launch, stop, tags, login, merge. Bundled into `.github/scripts/spot-image.mjs`.',
      zh: '工作流运行的命令：doctor、plan、launch、stop、tags、login、merge。打包为 `.github/scripts/spot-image.mjs`。',
    },
  ],
  [
    'test',
    {
      en: 'mirrors `src`; besides, `test/engines` (BuildKit, registry, EC2 emulator and others, really run) and `test/bench`.',
      zh: '与 `src` 结构一致；另有 `test/engines`（实际运行 BuildKit、镜像仓库、EC2 模拟器等）和 `test/bench`。',
    },
  ],
];

const COMMANDS: readonly (readonly [command: string, words: Words])[] = [
  ['npm ci', { en: 'set-up', zh: '安装依赖' }],
  ['npx projen', { en: 'generate everything', zh: '生成全部文件' }],
  ['npm test', { en: 'types, lint, unit tests, hand edits of generated files', zh: '类型、lint、单元测试、检查生成文件的手工改动' }],
  ['.ci/run', { en: 'all of the above, then the real engines', zh: '以上全部，再加实际引擎的测试' }],
  ['npm run bench', { en: 'speed and sizes, side by side', zh: '速度与体积对比' }],
];

function commands(language: Language): Block {
  return fence(
    'bash',
    COMMANDS.map(([command, words]) => `${command.padEnd(14)} # ${words[language]}`),
  );
}

function rooms(language: Language): string {
  return bullets(ROOMS.map(([folder, words]) => `${code(folder)}: ${words[language]}`));
}

/** The map of the house. */
export const home: Section = {
  en: ({ home: here }) =>
    here
      ? blocks(
          `## ${HEADINGS.develop.en}`,
          'This repository is also the home of the project type that it uses. It has three rooms and two arrows, both pointing at `core`: `synth → core ← runtime`. A lint rule keeps it so.',
          rooms('en'),
          'A rendering is a pure function from config to text, tested without a project; a component only puts that text into a file.',
          commands('en'),
        )
      : '',
  zh: ({ home: here }) =>
    here
      ? blocks(
          `## ${HEADINGS.develop.zh}`,
          '本仓库也是所用项目类型的源码仓库。共三个部分、两个依赖方向，都指向 `core`：`synth → core ← runtime`，由 lint 规则保证。',
          rooms('zh'),
          '渲染是从配置到文本的纯函数，无需项目即可测试；组件只负责把文本写入文件。',
          commands('zh'),
        )
      : '',
};
