/**
 * The grammar of mermaid's gantt (its gantt.jison), written down a second time as far as
 * our charts use it: what a line may begin with, and where a label ends.
 */

/** One task of a chart. */
export interface Task {
  readonly label: string;
  readonly milestone: boolean;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const WORDS =
  /^(?:gantt|dateFormat\s|inclusiveEndDates|topAxis|axisFormat\s|tickInterval\s|includes\s|excludes\s|todayMarker\s|weekday\s|weekend\s|title\s|accTitle|accDescr|section\s|click\s|call\s|href\s|%%|#)/i;
const DATE = '([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})';

function utc(text: string): number {
  const ms = Date.parse(`${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(ms)) throw new Error(`no date: ${text}`);
  return ms;
}

function taskOf(line: string): Task {
  const [, label, data] = /^([^:\n]+):([^#\n;]+)$/.exec(line) ?? [];
  if (label === undefined) throw new Error(`no task: ${line}`);
  const bar = new RegExp(`^${DATE}, ${DATE}$`).exec(data);
  if (bar) return { label: label.trim(), milestone: false, from: utc(bar[1]), to: utc(bar[2]) };
  const milestone = new RegExp(`^milestone, ${DATE}, 0s$`).exec(data);
  if (!milestone) throw new Error(`a task without dates: ${line}`);
  return { label: label.trim(), milestone: true, from: utc(milestone[1]), to: utc(milestone[1]) };
}

/**
 * Reads a chart.
 * @throws Error where mermaid would refuse a line, or take it for something else
 */
export function readGantt(lines: readonly string[]): Task[] {
  const [head, ...rest] = lines.map((line) => line.trim());
  if (head !== 'gantt') throw new Error(`no gantt: ${head}`);
  const tasks: Task[] = [];
  let sections = 0;
  for (const line of rest) {
    if (/^section (?:Launch|Build|Stop)$/.test(line)) sections++;
    else if (WORDS.test(line)) {
      if (!/^(?:dateFormat YYYY-MM-DD HH:mm:ss|axisFormat %H:%M:%S|tickInterval [0-9]+minute|todayMarker off)$/.test(line) || sections > 0)
        throw new Error(`a line that mermaid takes for a statement: ${line}`);
    } else tasks.push(taskOf(line));
  }
  return tasks;
}
