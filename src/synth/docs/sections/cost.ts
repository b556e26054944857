/** What a build costs, and what that rests on. */
import { HOSTED_LABELS } from '../../../core/platform';
import { costTable, figures, REFERENCE, TARGET_RANGE } from '../cost-table';
import { type Block, blocks } from '../markdown';
import type { Section } from '../section';
import { summaryExample } from '../summary-example';
import { HEADINGS } from './headings';

function paragraphs(...all: readonly (string | false)[]): Block {
  return blocks(...all.map((one) => one || undefined));
}

/** Cost. */
export const cost: Section = {
  en: (facts) => {
    const spot = facts.spotBuilds.length > 0;
    const paid = Object.hasOwn(HOSTED_LABELS, facts.config.pipeline.hostedRunner);
    return paragraphs(
      `## ${HEADINGS.cost.en}`,
      spot &&
        `The target is ${TARGET_RANGE} per architecture and build, for the machine at AWS. It is a target, not a measurement. Spot prices change by the hour, so none is written here; what is written is the on-demand price, which a Spot instance does not exceed.`,
      `The table assumes a machine that exists for ${REFERENCE.minutes} minutes${spot ? ': the instance alone, then with its disk and public IPv4 address' : ''}. GitHub's runners cost nothing in a public repository; the last column is for a private one. A price that is not known prints "unknown".`,
      costTable(facts, 'en'),
      spot &&
        paid &&
        `Besides, three short jobs per build launch and stop the machine and give the verdict, on \`${facts.config.pipeline.hostedRunner}\`; so does the reaper, twice an hour. In a private repository each begun minute of them counts, and may cost more than the machine itself.`,
      figures(facts, 'en'),
      spot && '### What a run tells',
      spot &&
        'Every build ends with a summary on the page of its run: where the time went, which machine it was, what it cost, and why it ended. This is one of an **invented** build; in particular its Spot price is no real one.',
      summaryExample(facts) ?? false,
    );
  },
  zh: (facts) => {
    const spot = facts.spotBuilds.length > 0;
    const paid = Object.hasOwn(HOSTED_LABELS, facts.config.pipeline.hostedRunner);
    return paragraphs(
      `## ${HEADINGS.cost.zh}`,
      spot &&
        `目标为每个架构每次构建 ${TARGET_RANGE}（仅指 AWS 机器费用）。这是目标值，不是实测值。Spot 价格随时变化，因此不写在这里；表中为按需价格，Spot 实例的价格不会超过它。`,
      `下表假设机器存在 ${REFERENCE.minutes} 分钟${spot ? '：先是实例本身，再加上磁盘和公网 IPv4 地址' : ''}。GitHub 托管运行器在公开仓库中免费，最后一列为私有仓库的费用。未知的价格显示为“未知”。`,
      costTable(facts, 'zh'),
      spot &&
        paid &&
        `此外，每次构建还有三个短作业在 \`${facts.config.pipeline.hostedRunner}\` 上启动机器、销毁机器和判定结果，清理作业每小时运行两次。在私有仓库中，每个作业不足一分钟按一分钟计费，可能高于机器本身的费用。`,
      figures(facts, 'zh'),
      spot && '### 运行摘要',
      spot &&
        '每次构建结束后，运行页面上都有一份摘要（英文）：时间花在哪里、用了哪台机器、费用多少、机器为何结束。以下是一次**虚构**构建的摘要，其中的 Spot 价格并非真实价格。',
      summaryExample(facts) ?? false,
    );
  },
};
