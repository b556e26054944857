/**
 * What keeps texts of others inside their place: a line of prose, a table's cell, a
 * fenced block, a label of mermaid's. Whatever looks like a secret is cut first.
 */
import { redact } from '../runner/redact';

/** Longest text of others in one place: a reason is a sentence, and 1 MiB is all that a step may show. */
const LONGEST_TEXT = 400;
const LONGEST_LABEL = 48;

/** One line, without secrets and without what terminals and browsers act on. */
function oneLine(text: string, longest: number): string {
  const line = redact(text)
    .replace(/[\s\p{C}\u2028\u2029]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length > longest ? `${characters.slice(0, longest).join('').trimEnd()}…` : line;
}

/** What Markdown and GitHub's additions to it give a meaning: markup, HTML, tables, mathematics, links to people and issues. */
const MARKUP = /[&<>|`*_[\]\\~$#@!]|:(?=\/\/)/g;

/**
 * A text of others as plain prose on one line, also within a table. A reference to a
 * character never makes structure (CommonMark, "Entity and numeric character references").
 */
export function prose(text: string): string {
  const line = oneLine(text, LONGEST_TEXT).replace(MARKUP, (mark) => `&#${mark.charCodeAt(0)};`);
  // at the beginning of a line these would make a list, a heading's underline or a number of a list
  return line
    .replace(/^[-+=]/, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/^([0-9]+)([.)])/, (_, n, dot) => `${n}&#${dot.charCodeAt(0)};`);
}

/** Words with which a line of mermaid's gantt may begin. None of our own labels begins with one of them. */
const KEYWORDS =
  /^(?:gantt|dateFormat|inclusiveEndDates|topAxis|axisFormat|tickInterval|includes|excludes|todayMarker|weekday|weekend|title|accTitle|accDescr|section|click|call|href|vert)/i;

/**
 * A text of others as a label of a gantt's line: letters, digits and a few marks that
 * mean nothing there, all else is a space. Never empty, never a keyword.
 */
export function label(text: string): string {
  const line = oneLine(oneLine(text, LONGEST_TEXT).replace(/[^\p{L}\p{M}\p{N} ._,/()+…-]/gu, ' '), LONGEST_LABEL) || 'unnamed';
  return KEYWORDS.test(line) || !/^[\p{L}\p{N}]/u.test(line) ? `step ${line}` : line;
}

/** Lines of others in a block that none of them can end: its fence is longer than any row of backticks in it. */
export function fenced(lines: readonly string[]): string {
  const clean = lines.map((line) => oneLine(line, LONGEST_TEXT));
  const longest = Math.max(2, ...clean.flatMap((line) => (line.match(/`+/g) ?? []).map((row) => row.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...clean, fence].join('\n');
}
