/** Where the documents lie, so that every link between them is written once. */
import type { Language } from '../../core/config';

/** The tag strategy's heading: other repositories link to its anchor. */
export const TAG_STRATEGY_HEADING = '标签策略说明';

/** The requirements, which are in Chinese. */
export const REQUIREMENTS = {
  index: 'requirements/README.md',
  image: 'requirements/01-image.md',
  workflows: 'requirements/02-workflows.md',
  setup: 'requirements/03-setup.md',
} as const;

/** The set-up guide in English, beside the workflows that it sets up. */
export const ENGLISH_SETUP = '.github/setup.md';

/** A language's README. The only language, or English, is what GitHub shows first. */
export function readmeFile(language: Language, languages: readonly Language[]): string {
  return language === 'en' || languages.length === 1 ? 'README.md' : `README.${language}.md`;
}

/** The set-up guide of a language. */
export function setupFile(language: Language): string {
  return language === 'en' ? ENGLISH_SETUP : REQUIREMENTS.setup;
}

/** A link's target from one file of the project to another. */
export function relative(from: string, to: string): string {
  const up = from.split('/').length - 1;
  const folder = from.split('/').slice(0, -1).join('/');
  return folder !== '' && to.startsWith(`${folder}/`) ? to.slice(folder.length + 1) : '../'.repeat(up) + to;
}
