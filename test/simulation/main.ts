/**
 * `npm run simulate:runner -- [--seeds N] [--seed S]`: N scenarios from seed S on (1),
 * one line of figures at the end. A seed that fails is printed, and fails again alone.
 */
import { parseArgs } from 'node:util';
import { figuresLine, simulate } from './figures';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } } });

simulate(Number(values.seed), Number(values.seeds)).then((figures) => {
  for (const { seed, faults } of figures.failed) {
    for (const { fault, what } of faults) console.log(`seed ${seed}: ${fault}: ${what}`);
  }
  console.log(figuresLine(figures));
  process.exitCode = Object.keys(figures.faults).length > 0 ? 1 : 0;
});
