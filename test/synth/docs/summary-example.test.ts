import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../src/synth/docs/facts';
import { summaryExample } from '../../../src/synth/docs/summary-example';
import { readGantt } from '../../core/summary/gantt-grammar';
import { imageConfig } from '../../support/config';
import { read } from './markdown-reader';

const example = (overrides: Parameters<typeof imageConfig>[0] = {}) => summaryExample(factsOf(imageConfig(overrides)));

describe('the example of a summary', () => {
  test("is of this project's own architecture, machine and region", () => {
    const text = example({ architectures: [{ name: 'arm64', spot: { families: ['c8g'] } }] }) ?? '';
    expect(text).toContain('type | c8g.large, for arm64 (linux/arm64)');
    expect(text).toContain('zone us-east-1a');
    expect(text).toContain('**Cost of this build: $');
  });

  test('has every part: a chart from the launch to the stop, the machine, its cost', () => {
    const { fences, tables } = read(example() ?? '');
    const labels = readGantt(fences[0].lines).map(({ label }) => label.replace(/ \(.*/, ''));
    expect(labels).toEqual([
      'asking EC2',
      'boot until the runner is online',
      'runner online',
      'until the job is picked up',
      'job picked up',
      'Check out',
      'Build and smoke-test',
      'Push',
      'stop until its end is proven',
      'end of the machine',
    ]);
    expect(tables.map(([head]) => head[0])).toEqual(['machine', 'cost', 'UTC']);
  });

  test("says that a cost is unknown where the region's prices are", () => {
    expect(example({ pipeline: { regions: [{ name: 'cn-north-1' }] } })).toContain('**Cost of this build: unknown**');
  });

  test('is not there where nothing is built on Spot', () => {
    expect(example({ architectures: [{ name: 'amd64', hosted: {} }] })).toBeUndefined();
  });
});
