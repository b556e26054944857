/**
 * `npm run simulate:runner -- [--seeds N] [--from S]`: N scenarios from seed S on (1),
 * one line of figures at the end. A seed that fails is printed, and fails again alone:
 * `--seeds 1 --from S`. Every core has a share of the seeds.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, figuresLine, simulate, together } from './figures';

const ROOT = resolve(__dirname, '../..');

function whole(name: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new Error(`--${name} is "${text}", which is no number of seeds; it looks like "1000".`);
  return Number(text);
}

/** A share of the seeds in a process of its own. */
function share(first: number, count: number): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const args = ['test/simulation/main.ts', '--seeds', String(count), '--from', String(first)];
    const child = fork(join(ROOT, '.projen/run.cjs'), args, { env: { ...process.env, SIMULATION_SHARE: '1' } });
    let figures: Figures | undefined;
    child.on('message', (message) => {
      figures = message as Figures;
    });
    child.on('exit', (code) => (figures ? resolve(figures) : reject(new Error(`a share of the simulation ended with ${code}`))));
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } } });
  const [seeds, from] = [whole('seeds', values.seeds), whole('from', values.from)];
  if (process.env.SIMULATION_SHARE) {
    process.send?.(await simulate(from, seeds), () => process.disconnect());
    return;
  }
  const size = Math.max(1, Math.ceil(seeds / availableParallelism()));
  const firsts = Array.from({ length: Math.ceil(seeds / size) }, (_, i) => from + i * size);
  const figures = together(await Promise.all(firsts.map((first) => share(first, Math.min(size, from + seeds - first)))));
  for (const { seed, faults } of figures.failed) {
    for (const { fault, what } of faults) console.log(`seed ${seed}: ${fault}: ${what}`);
  }
  console.log(figuresLine(figures));
  process.exitCode = Object.keys(figures.faults).length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
