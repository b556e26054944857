/** Grammar of the two languages: lists and small numbers. */
import type { Language } from '../../core/config';

/** A text in every language. */
export type Words = Readonly<Record<Language, string>>;

const LAST: Readonly<Record<'and' | 'or', Words>> = { and: { en: ' and ', zh: ' 和 ' }, or: { en: ' or ', zh: ' 或 ' } };
const COMMA: Words = { en: ', ', zh: '、' };

const NUMBERS: Readonly<Record<Language, readonly string[]>> = {
  en: ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  zh: ['零', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十'],
};

/** `A, B and C`; `A、B 和 C`. */
export function list(items: readonly string[], language: Language, conjunction: 'and' | 'or' = 'and'): string {
  const last = items[items.length - 1] ?? '';
  return items.length < 2 ? last : items.slice(0, -1).join(COMMA[language]) + LAST[conjunction][language] + last;
}

/** `A, B, C`; `A、B、C`. */
export function enumerate(items: readonly string[], language: Language): string {
  return items.join(COMMA[language]);
}

/** `three`, `三`; digits above ten. */
export function count(n: number, language: Language): string {
  return NUMBERS[language][n] ?? String(n);
}
