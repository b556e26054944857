/** What this buys. */
import type { Language } from '../../../core/config';
import { TARGET_RANGE } from '../cost-table';
import { type Facts, labels } from '../facts';
import { REQUIREMENTS } from '../files';
import { blocks, bullets } from '../markdown';
import type { Section } from '../section';
import { linkTo } from './headings';

function nativeAdvantage({ nativeBuilds, emulatedBuilds }: Facts, language: Language): string {
  const [native, emulated] = [nativeBuilds, emulatedBuilds].map((some) => labels(some, language));
  const one = nativeBuilds.length === 1;
  const slow = {
    en: emulated === '' ? '' : ` ${emulated} is emulated, which takes several times as long.`,
    zh: emulated === '' ? '' : `；${emulated} 由 QEMU 模拟，耗时数倍`,
  };
  return {
    en: `**Native builds**: ${native} ${one ? 'is' : 'are'} built on ${one ? 'its' : 'their'} own architecture, without QEMU.${slow.en}`,
    zh: `**原生构建**: ${native} ${one ? '' : '都'}在原生架构实例上构建，无 QEMU 模拟开销${slow.zh}`,
  }[language];
}

/** What this buys. */
export const advantages: Section = {
  en: (facts) =>
    blocks(
      '### Advantages',
      bullets([
        nativeAdvantage(facts, 'en'),
        ...(facts.spotBuilds.length > 0
          ? [
              `**Very low cost**: about ${TARGET_RANGE} per build is the target (${linkTo('cost', 'en')})`,
              '**Automatic clean-up**: the Spot instance is terminated when the build ends',
            ]
          : []),
        ...(facts.builds.length > 1 ? ['**Merge on demand**: architectures are merged when somebody wants it, not with every build'] : []),
      ]),
      facts.config.documents.languages.includes('zh') ? `More, in Chinese: the [requirements](${REQUIREMENTS.index}).` : undefined,
    ),
  zh: (facts) =>
    blocks(
      '### 优势',
      bullets([
        nativeAdvantage(facts, 'zh'),
        ...(facts.spotBuilds.length > 0
          ? [
              `**超低成本**: 单次构建成本约 ${TARGET_RANGE}（目标值，依据见${linkTo('cost', 'zh')}）`,
              '**自动清理**: 构建完成后自动销毁 Spot 实例',
            ]
          : []),
        ...(facts.builds.length > 1 ? ['**灵活合并**: 支持按需合并多架构镜像，避免不必要的合并操作'] : []),
      ]),
      `详细配置请参考 [需求文档](${REQUIREMENTS.index})。`,
    ),
};
