/** A README: its sections in reading order. */
import type { Language } from '../../core/config';
import type { Facts } from './facts';
import { type Block, blocks } from './markdown';
import type { Section } from './section';
import { advantages } from './sections/advantages';
import { imageContents } from './sections/contents';
import { cost } from './sections/cost';
import { home } from './sections/home';
import { access, tags, usage } from './sections/images';
import { intro } from './sections/intro';
import { options } from './sections/options';
import { quickStart } from './sections/quick-start';
import { security } from './sections/security';
import { upkeep } from './sections/upkeep';
import { upstream } from './sections/upstream';
import { workflows } from './sections/workflows';

const SECTIONS: readonly Section[] = [
  intro,
  quickStart,
  upstream,
  workflows,
  access,
  tags,
  usage,
  advantages,
  imageContents,
  upkeep,
  options,
  cost,
  security,
  home,
];

/** Renders the README of one language. */
export function renderReadme(facts: Facts, language: Language): Block {
  return blocks(...SECTIONS.map((section) => section[language](facts)));
}
