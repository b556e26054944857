/**
 * `npm run simulate:tags -- [--seeds N] [--seed S]`: N histories from seed S on (1),
 * one line of figures at the end. A seed that fails is printed, and fails again alone.
 */
import { parseArgs } from 'node:util';
import { simulateTags, tagFiguresLine } from './figures';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } } });

const figures = simulateTags(Number(values.seed), Number(values.seeds));
for (const { seed, faults } of figures.failed) console.log(`seed ${seed}: ${faults.join(', ')}`);
console.log(tagFiguresLine(figures));
process.exitCode = figures.failed.length > 0 ? 1 : 0;
