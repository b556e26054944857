/** Headings of the READMEs that are linked to, written once. */
import type { Language } from '../../../core/config';
import { anchor } from '../markdown';
import type { Words } from '../words';

/** The headings. */
export const HEADINGS = {
  usage: { en: 'Using the workflows', zh: '使用示例' },
  tags: { en: 'Tag strategy', zh: '标签策略' },
  cves: { en: 'Open vulnerabilities', zh: '未修复的漏洞' },
  addArchitecture: { en: 'Add an architecture', zh: '增加架构' },
  otherImage: { en: 'Use it for another image', zh: '用于其他镜像' },
  options: { en: 'Options', zh: '常用选项' },
  cost: { en: 'Cost', zh: '成本' },
  security: { en: 'Security', zh: '安全' },
  develop: { en: 'Developing the project type', zh: '开发项目类型' },
} satisfies Record<string, Words>;

/** A link to one of them from the same README. */
export function linkTo(heading: keyof typeof HEADINGS, language: Language): string {
  const words = HEADINGS[heading][language];
  return `[${words}](#${anchor(words)})`;
}
