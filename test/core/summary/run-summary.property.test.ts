/** Whatever the facts are, strange texts of others included, the Markdown is what it should be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobTimes, MachineEnd, RunStory, StepTimes } from '../../../src/core/summary/facts';
import { launchLine } from '../../../src/core/summary/launch-line';
import { runSummary } from '../../../src/core/summary/run-summary';
import { readTries } from '../../../src/core/summary/tries';
import { cells } from '../../synth/docs/markdown-reader';
import { readGantt } from './gantt-grammar';
import { GREEN, MACHINE } from './stories';

const SECRET = Buffer.from('{"the":"one-time secret of a runner"}'.repeat(3)).toString('base64');

/** Texts that would break out of their place, if anything could. */
const EVIL = [
  '| a | b |',
  '\n\n# Heading\n',
  '```',
  '~~~~',
  '````mermaid',
  '</details><script>alert(1)</script>',
  '<!--',
  '&lt;b&gt;',
  'section x',
  'click a href "x"',
  'a: b; c # d %% e',
  'title',
  'Gantt',
  '@somebody #12 ![x](https://x.example/y.png) $1$',
  '\\|',
  '\u2028\u202e\u0000\u001b[31m\r',
  '- list',
  '1. one',
  '===',
  `key ${SECRET}`,
  '',
  ' ',
  'x'.repeat(2000),
];

const word = fc.oneof(
  fc.constantFrom(...EVIL),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.constantFrom(...EVIL), fc.string({ unit: 'grapheme' }), fc.constantFrom(...EVIL)).map((parts) => parts.join('')),
);
const base = Date.UTC(2026, 10, 24, 8);
const moment = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: base, max: base + 7_200_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -1, 0, Number.POSITIVE_INFINITY, 8.64e15, 253_402_300_800_000) },
);
const maybe = fc.option(moment, { nil: undefined });
const conclusion = fc.constantFrom('success', 'failure', 'cancelled', 'skipped', undefined);
const times: fc.Arbitrary<StepTimes> = fc.record({
  name: fc.oneof(word, fc.constantFrom('Launch', 'Push')),
  conclusion,
  startedAt: maybe,
  completedAt: maybe,
});
const runner = fc.constantFrom('spot-1-1-arm64-1', 'spot-1-1-arm64-2', undefined);
const job: fc.Arbitrary<JobTimes> = fc
  .tuple(times, runner, fc.array(times, { maxLength: 40 }))
  .map(([all, runner, steps]) => ({ ...all, runner, steps }));
const machine: fc.Arbitrary<MachineEnd> = fc.record({
  id: word,
  type: fc.oneof(word, fc.constant('c7g.large')),
  region: fc.oneof(word, fc.constant('us-east-1')),
  zone: word,
  market: fc.constantFrom('spot', 'on-demand'),
  runner,
  attempt: fc.option(word, { nil: undefined }),
  cause: fc.constantFrom('reclaimed', 'ec2', 'time-to-live', 'idle', 'bootstrap', 'guest', 'terminated', 'unknown'),
  why: word,
  launchedAt: maybe,
  endedAt: moment,
  seconds: fc.option(fc.nat(100_000), { nil: undefined }),
  hourly: fc.option(
    fc.record({
      value: fc.double({ min: 0.001, max: 100, noNaN: true }),
      currency: fc.constantFrom('USD', 'CNY'),
      unit: fc.constant('hour' as const),
      source: word,
    }),
    { nil: undefined },
  ),
  diskGib: fc.integer({ min: 1, max: 1000 }),
  console: fc.array(word, { maxLength: 20 }),
});
const story: fc.Arbitrary<RunStory> = fc.record({
  architecture: word,
  platform: word,
  hostedRunner: fc.option(fc.oneof(word, fc.constant('ubuntu-24.04-arm')), { nil: undefined }),
  machines: fc.array(machine, { maxLength: 3 }),
  jobs: fc.option(fc.array(job, { maxLength: 4 }), { nil: undefined }),
  tries: fc.array(fc.record({ region: word, market: word, why: word }), { maxLength: 3 }),
  unproven: fc.array(fc.record({ region: word, problem: word }), { maxLength: 2 }),
  stop: fc.record({ startedAt: moment, provenAt: moment }),
});

/** Blocks of a summary, told apart as CommonMark does: fences first. */
function parse(text: string) {
  const fences: { language: string; lines: string[] }[] = [];
  const outside: string[] = [];
  let open: { mark: string; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (open && fence && fence[1][0] === open.mark[0] && fence[1].length >= open.mark.length && fence[2].trim() === '') open = undefined;
    else if (open) open.lines.push(line);
    else if (fence) {
      open = { mark: fence[1], lines: [] };
      fences.push({ language: fence[2], lines: open.lines });
    } else outside.push(line);
  }
  return { fences, outside, closed: open === undefined };
}

/** Lines that we write ourselves, whatever the facts are. */
const OWN = [
  /^$/,
  /^\|/,
  /^<details><summary>[A-Za-z' ]+<\/summary>$/,
  /^<\/details>$/,
  /^\*\*.*\*\*$/,
  /^\*\*Cost of this build: unknown\*\*/,
  /^[A-Z][^<>]*[.:]$/,
];

describe('for any facts', () => {
  it('fences are balanced and hold what they should, tables are rectangular, and no HTML but ours is there', () => {
    fc.assert(
      fc.property(story, (facts) => {
        const { fences, outside, closed } = parse(runSummary(facts));
        expect(closed).toBe(true);
        expect(fences.map(({ language }) => language).filter((language) => language !== 'mermaid' && language !== 'text')).toEqual([]);
        expect(fences.length).toBeLessThanOrEqual(2);
        const [heading, ...lines] = outside;
        expect(heading).toMatch(/^### /);
        for (const line of lines)
          expect(
            OWN.some((own) => own.test(line)),
            line,
          ).toBe(true);
        expect(outside.join('\n').replace(/<\/?details>|<summary>[A-Za-z' ]+<\/summary>/g, '')).not.toMatch(/[<>]/);
        expect(outside.filter((line) => line.startsWith('<details>'))).toHaveLength(outside.filter((line) => line === '</details>').length);
        lines.forEach((line, i) => {
          if (!line.startsWith('|')) return;
          const first = lines[i - 1] === '' ? i : lines.lastIndexOf('', i) + 1;
          expect(cells(line), line).toHaveLength(cells(lines[first]).length);
          expect(lines[first + 1]).toMatch(/^(\| --- )+\|$/);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("the chart follows mermaid's grammar, and nothing ends before it begins", () => {
    fc.assert(
      fc.property(story, (facts) => {
        for (const { language, lines } of parse(runSummary(facts)).fences) {
          if (language !== 'mermaid') continue;
          const tasks = readGantt(lines);
          expect(tasks.length).toBeGreaterThan(0);
          for (const { label, from, to } of tasks) {
            expect(label).not.toBe('');
            expect(to).toBeGreaterThanOrEqual(from);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('every amount has its unit, and nothing is "undefined" or "NaN"', () => {
    fc.assert(
      fc.property(story, (facts) => {
        const quiet = { ...facts, architecture: 'arm64', platform: 'p', tries: [], unproven: [], jobs: undefined, hostedRunner: undefined };
        const plain = quiet.machines.map((one) => ({
          ...one,
          id: 'i',
          type: 't',
          region: 'r',
          zone: 'z',
          attempt: '1',
          why: 'w',
          console: [],
        }));
        const text = runSummary({ ...quiet, machines: plain });
        expect(text).not.toMatch(/undefined|NaN|Infinity|null/);
        for (const line of text.split('\n').filter((one) => /^\| (?:instance|disk|public|earlier|\*\*this|the same)/.test(one))) {
          const [, usd, cny, ratio] = cells(line);
          expect(usd).toMatch(/^(?:\$[0-9]+\.[0-9]{4}|unknown)$/);
          expect(cny).toMatch(/^(?:¥[0-9]+\.[0-9]{3}|unknown)$/);
          expect(ratio).toMatch(/^(?:[0-9.]+ ×)?$/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('no secret is in it, wherever in the facts it was', () => {
    fc.assert(
      fc.property(story, (facts) => {
        const text = runSummary(facts);
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(SECRET.slice(0, 40));
      }),
      { numRuns: 200 },
    );
  });

  it("it fits into a step's summary many times over", () => {
    const long = '`'.repeat(5000);
    const steps = Array.from({ length: 500 }, () => ({ name: long, startedAt: base, completedAt: base + 5000 }));
    const end = {
      ...MACHINE,
      id: long,
      type: long,
      region: long,
      zone: long,
      runner: undefined,
      why: long,
      console: Array<string>(20).fill(long),
    };
    const tries = Array.from({ length: 500 }, () => ({ region: long, market: long, why: long }));
    const text = runSummary({ ...GREEN, machines: [end, { ...end, runner: 'r' }], jobs: [{ name: long, runner: 'r', steps }], tries });
    expect(Buffer.byteLength(text)).toBeLessThan(512 * 1024);
  });

  it('a launch is told in one line', () => {
    fc.assert(
      fc.property(word, word, word, fc.nat(100_000), (architecture, type, region, seconds) => {
        const line = launchLine({ architecture, type, region, market: 'spot', seconds, refused: 0 });
        expect(line).not.toMatch(/[\n<>`|]/);
        expect(line).not.toContain(SECRET);
      }),
    );
  });
});

describe('tries on their way through an output', () => {
  it('arrive as they were', () => {
    const tries = fc.array(fc.record({ region: fc.string({ minLength: 1 }), market: fc.string(), why: fc.string() }));
    fc.assert(
      fc.property(tries, (list) => {
        expect(readTries(JSON.stringify(list))).toEqual(list);
      }),
    );
  });

  it('are those that gave no machine', () => {
    const list = [
      { region: 'us-east-1', market: 'spot', outcome: 'capacity', seconds: 2, why: 'none' },
      { region: 'us-east-2', market: 'spot', outcome: 'online', seconds: 50, why: 'i-1 (c7g.large)' },
    ];
    expect(readTries(JSON.stringify(list))).toEqual([{ region: 'us-east-1', market: 'spot', seconds: 2, why: 'none' }]);
  });

  it('that are none tell nothing', () => {
    for (const text of [undefined, '', '{', 'null', '"x"', '{"a":1}', '[1,null,[],{},{"region":7}]']) expect(readTries(text)).toEqual([]);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readTries(text)));
  });
});

it('reads a launch as people would say it', () => {
  const hourly = { value: 0.0289, currency: 'USD', unit: 'hour', source: 'x' } as const;
  const facts = { architecture: 'arm64', type: 'c7g.large', region: 'us-east-1', market: 'spot', seconds: 48.2, refused: 0 } as const;
  expect(launchLine({ ...facts, zone: 'us-east-1a', hourly })).toBe(
    'arm64: c7g.large in us-east-1a, Spot, $0.0289 per hour, runner online after 48 s',
  );
  expect(launchLine({ ...facts, refused: 2 })).toBe(
    'arm64: c7g.large in us-east-1, Spot, runner online after 48 s, 2 tries before gave no machine',
  );
});
