/**
 * A merge of two architectures in a local registry, the start of the script included: what it
 * takes, and against a loop that waits for both tags by name, as a pipeline does that polls.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { startMergeSite } from '../engines/stories/merge-site';
import { median, type Row, row } from './measure';

const RUNS = 9;
/** What a loop sleeps between two looks, in seconds. */
const SLEEP = 30;
/** Seconds that a merge may take. */
const LIMIT = 2;

/**
 * The loop sleeps after a look that found something missing. The second build ends at any
 * moment between two looks, so on average half of a sleep is lost; then it merges by tag.
 */
export async function benchMerge(): Promise<Row[]> {
  const site = await startMergeSite();
  try {
    const script = site.script();
    const { reference } = site.repository;
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i <= RUNS; i++) {
      const tag = `v1.0.${i}`;
      for (const name of ['amd64', 'arm64']) await site.build(tag, name, { args: { BYTES: tag } });
      const sources = ['amd64', 'arm64'].map((name) => `${reference}:${tag}-${name}`);
      const loop = seconds(
        join(site.buildkit.env.PATH.split(':')[0], 'buildx'),
        ['imagetools', 'create', '--tag', `${reference}:loop-${i}`, ...sources],
        site.buildkit.env,
      );
      const merge = seconds(process.execPath, [script, 'merge', '--tag', tag], {
        ...site.buildkit.env,
        BUILDX_BUILDER: '',
        GITHUB_ACTIONS: '',
      });
      if (i === 0) continue; // warms up
      ours.push(merge);
      theirs.push(SLEEP / 2 + loop);
    }
    return [
      row('merge, seconds against its limit', median(ours), LIMIT, 1),
      row(`merge, against a loop that sleeps ${SLEEP} s`, median(ours), median(theirs), 0.1),
    ];
  } finally {
    await site.stop();
  }
}

function seconds(command: string, args: readonly string[], env: Readonly<Record<string, string>>): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}
