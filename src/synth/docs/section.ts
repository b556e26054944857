/** A section of a README, with its heading, in every language. */
import type { Language } from '../../core/config';
import type { Facts } from './facts';
import type { Block } from './markdown';

/** The languages keep the same order and depth of headings. */
export type Section = Readonly<Record<Language, (facts: Facts) => Block>>;
