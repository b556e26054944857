/** A run's summary: a pure function from the facts of a build to Markdown. */
import { onDemandPrice } from '../prices';
import { costLine, costTable } from './cost-lines';
import { fenced, prose } from './escape';
import type { MachineEnd, RefusedTry, RunStory } from './facts';
import { gantt, timesTable } from './gantt';
import { jobOn, timeline } from './timeline';
import { inOrder, mend, verdict } from './verdict';
import { duration, marketWord, pricePerUnit } from './words';

/** More tries than a launch has time for. */
const MOST_TRIES = 50;

function machineTable(machine: MachineEnd, { architecture, platform }: RunStory): string {
  const { id, type, zone, region, market, why, seconds, hourly } = machine;
  const at = market === 'spot' ? ', when it was launched' : '';
  return [
    `| machine | ${prose(id)} |`,
    '| --- | --- |',
    `| type | ${prose(type)}, for ${prose(architecture)} (${prose(platform)}) |`,
    `| place | ${zone === '' ? '' : `zone ${prose(zone)}, `}region ${prose(region)} |`,
    `| market | ${marketWord(market)} |`,
    `| price | ${pricePerUnit(hourly)}${hourly ? at : ''} |`,
    ...(market === 'spot' ? [`| on demand | ${pricePerUnit(onDemandPrice(region, type))} |`] : []),
    `| lived | ${duration(seconds)} |`,
    `| end | ${prose(why)} |`,
  ].join('\n');
}

function triesTable(tries: readonly RefusedTry[]): string {
  if (tries.length === 0) return '';
  const rows = tries.slice(0, MOST_TRIES).map(({ region, market, why, seconds }) => {
    const after = seconds === undefined ? '' : duration(seconds);
    return `| ${prose(region)} | ${prose(market)} | ${after} | ${prose(why)} |`;
  });
  return [
    'Tries of the launch that gave no machine:',
    '',
    '| region | market | known after | why |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function consoleBlock({ console }: MachineEnd): string {
  if (console.length === 0) return '';
  return ["<details><summary>The machine's own last lines</summary>", '', fenced(console), '', '</details>'].join('\n');
}

function unprovenLines({ unproven }: RunStory): string {
  return unproven.map(({ region, problem }) => `**${prose(region)}: ${prose(problem)}**`).join('\n\n');
}

/** The summary without its heading: for places that have their own. */
export function summaryBody(story: RunStory): string {
  const { machines, jobs, tries } = story;
  const ordered = inOrder(machines);
  const last = ordered[ordered.length - 1];
  const parts = [unprovenLines(story)];
  if (last) {
    const job = jobOn(last, jobs);
    const chapters = timeline(last, story);
    parts.push(
      mend(last, job),
      costLine(ordered),
      gantt(chapters),
      machineTable(last, story),
      costTable(ordered, story),
      // of a machine that had its job, the log says more
      job ? '' : consoleBlock(last),
      timesTable(chapters),
    );
  }
  parts.push(triesTable(tries));
  return parts.filter((part) => part !== '').join('\n\n');
}

/**
 * The summary of one architecture's build. It is about the machine that was launched
 * last; earlier ones of the run are in its cost.
 */
export function runSummary(story: RunStory): string {
  return `### ${prose(story.architecture)}: ${verdict(story)}\n\n${summaryBody(story)}\n`;
}
