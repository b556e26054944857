/**
 * A timeline as a gantt of mermaid, which GitHub draws, and as a table for exact figures.
 * Grammar: mermaid's gantt.jison; a line is `label : [milestone, ] from, to`, and neither
 * a label nor a date has a colon, a `#` or a `;` where it would end.
 */
import { label, prose } from './escape';
import type { Chapter, Happening } from './timeline';
import { duration, moment } from './words';

/** How often the axis has a mark: mermaid draws all of them, one over the other. */
function tick(chapters: readonly Chapter[]): string {
  const all = chapters.flatMap(({ happenings }) => happenings);
  const first = Math.min(...all.map(({ from }) => from));
  const last = Math.max(...all.map(({ from, to = from }) => to));
  const minutes = (last - first) / 60_000;
  return minutes <= 8 ? '1minute' : minutes <= 40 ? '5minute' : '15minute';
}

function line({ what, from, to }: Happening): string {
  if (to === undefined) return `    ${label(what)} :milestone, ${moment(from)}, 0s`;
  return `    ${label(what)} (${duration((to - from) / 1000)}) :${moment(from)}, ${moment(to)}`;
}

/** The chart, or nothing where nothing is known. Its times are UTC in whichever zone it is read. */
export function gantt(chapters: readonly Chapter[]): string {
  if (chapters.length === 0) return '';
  return [
    '```mermaid',
    'gantt',
    '    dateFormat YYYY-MM-DD HH:mm:ss',
    '    axisFormat %H:%M:%S',
    `    tickInterval ${tick(chapters)}`,
    '    todayMarker off',
    ...chapters.flatMap(({ title, happenings }) => [`    section ${title}`, ...happenings.map(line)]),
    '```',
  ].join('\n');
}

/** The same in figures. */
export function timesTable(chapters: readonly Chapter[]): string {
  if (chapters.length === 0) return '';
  const rows = chapters.flatMap(({ happenings }) =>
    happenings.map(
      ({ what, from, to }) => `| ${moment(from)} | ${prose(what)} | ${to === undefined ? '' : duration((to - from) / 1000)} |`,
    ),
  );
  return [
    '<details><summary>The timeline in figures</summary>',
    '',
    '| UTC | what | took |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '</details>',
  ].join('\n');
}
