import { prose } from '../../core/summary/escape';
import { type Judged, verbOf } from './reap-record';

function table(judged: readonly Judged[]): string {
  // tags, names and answers are others' texts
  const rows = judged.map((one) => `| ${[one.what, one.name, one.region ?? 'GitHub', verbOf(one), one.why].map(prose).join(' | ')} |`);
  return ['| what | name | where | done | why |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** What the reaper found and did, for the run's summary page. What is due comes first. */
export function reapSummary(judged: readonly Judged[], problems: readonly string[], dryRun: boolean): string {
  const sorted = [...judged.filter(({ due }) => due), ...judged.filter(({ due }) => !due)];
  const found = judged.length === 0 ? 'No machine and nothing that belongs to one was found.' : table(sorted);
  const unknown = problems.map((problem) => `- ${prose(problem)}`).join('\n');
  return [
    `### ${dryRun ? 'What the reaper would do' : 'What the reaper found'}`,
    found,
    ...(problems.length > 0 ? [`**Not everything could be seen or done:**`, unknown] : []),
  ].join('\n\n');
}
