/** The four things that people come for. */
import { localRun, pull } from '../commands';
import type { Facts } from '../facts';
import { setupFile } from '../files';
import { type Block, blocks, code, fence, table } from '../markdown';
import type { Section } from '../section';
import { linkTo } from './headings';

const CHANGE = ['npm ci', 'npx projen', 'git diff', 'npm test'];

function local(facts: Facts): Block {
  return fence('bash', localRun(facts));
}

/** How to use, build, change and publish the image. */
export const quickStart: Section = {
  en: (facts) =>
    blocks(
      '## Quick start',
      table(
        ['You want to', 'You need', 'Do this'],
        [
          ['use the image', 'Docker', code(pull(facts, facts.tag))],
          ['build it on your machine', 'Docker 28 or newer', 'see below'],
          ['change it', 'Node.js 20 or newer', `edit \`.projenrc.ts\`, then ${CHANGE.map(code).join(', ')}; commit everything`],
          ['publish it', 'write access on GitHub', `the first time [set it up](${setupFile('en')}), then ${linkTo('usage', 'en')}`],
        ],
      ),
      'A build on your machine is the same build as in the workflows, for the platform of your machine:',
      local(facts),
    ),
  zh: (facts) =>
    blocks(
      '## 快速开始',
      table(
        ['目的', '需要', '做法'],
        [
          ['使用镜像', 'Docker', code(pull(facts, facts.tag))],
          ['在本机构建', 'Docker 及 buildx', '见下文'],
          ['修改镜像', 'Node.js 20 或更高版本', `编辑 \`.projenrc.ts\`，依次运行 ${CHANGE.map(code).join('、')}，提交全部改动`],
          ['发布镜像', 'GitHub 写权限', `首次使用先完成[初始设置](${setupFile('zh')})，然后见${linkTo('usage', 'zh')}`],
        ],
      ),
      '本机构建与工作流中的构建相同，目标为本机平台：',
      local(facts),
    ),
};
