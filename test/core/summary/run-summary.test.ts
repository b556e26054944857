import { describe, expect, it } from 'vitest';
import { CNY_PER_USD } from '../../../src/core/prices';
import { againstTarget } from '../../../src/core/summary/cost-lines';
import type { RunStory } from '../../../src/core/summary/facts';
import { runSummary } from '../../../src/core/summary/run-summary';
import { AGAIN_GREEN, GREEN, MACHINE, RECLAIMED, START_FAILED, step } from './stories';

describe('the summary of a run', () => {
  it('tells a build on Spot: where the time went, and the money', () => {
    expect(runSummary(GREEN)).toBe(`### arm64: built in 4 min 15 s, on Spot

**Cost of this build: $0.0034 / ¥0.023, below the target of ¥0.05–0.1.**

\`\`\`mermaid
gantt
    dateFormat YYYY-MM-DD HH:mm:ss
    axisFormat %H:%M:%S
    tickInterval 1minute
    todayMarker off
    section Launch
    asking EC2 (3 s) :2026-11-24 08:00:08, 2026-11-24 08:00:11
    boot until the runner is online (51 s) :2026-11-24 08:00:11, 2026-11-24 08:01:02
    runner online :milestone, 2026-11-24 08:01:02, 0s
    section Build
    until the job is picked up (12 s) :2026-11-24 08:01:02, 2026-11-24 08:01:14
    job picked up :milestone, 2026-11-24 08:01:14, 0s
    Set up job (2 s) :2026-11-24 08:01:15, 2026-11-24 08:01:17
    Check out (1 s) :2026-11-24 08:01:17, 2026-11-24 08:01:18
    Build and smoke-test (3 min 44 s) :2026-11-24 08:01:18, 2026-11-24 08:05:02
    Push (26 s) :2026-11-24 08:05:02, 2026-11-24 08:05:28
    section Stop
    stop until its end is proven (37 s) :2026-11-24 08:05:42, 2026-11-24 08:06:19
    end of the machine :milestone, 2026-11-24 08:05:44, 0s
\`\`\`

| machine | i-0f1e2d3c4b5a69788 |
| --- | --- |
| type | c7g.large, for arm64 (linux/arm64) |
| place | zone us-east-1a, region us-east-1 |
| market | Spot |
| price | $0.0289 per hour, when it was launched |
| on demand | $0.0725 per hour |
| lived | 5 min 33 s |
| end | it was terminated through EC2 |

| cost | USD | CNY | to this build |
| --- | --- | --- | --- |
| instance, Spot, 5 min 33 s | $0.0027 | ¥0.018 |  |
| disk, 30 GiB | $0.0003 | ¥0.002 |  |
| public IPv4 address | $0.0005 | ¥0.003 |  |
| **this build** | $0.0034 | ¥0.023 | 1 × |
| the same on demand | $0.0075 | ¥0.050 | 2.2 × |
| GitHub's ubuntu-24.04-arm for 4 min 15 s, in a private repository | $0.0250 | ¥0.168 | 7.3 × |

<details><summary>The timeline in figures</summary>

| UTC | what | took |
| --- | --- | --- |
| 2026-11-24 08:00:08 | asking EC2 | 3 s |
| 2026-11-24 08:00:11 | boot until the runner is online | 51 s |
| 2026-11-24 08:01:02 | runner online |  |
| 2026-11-24 08:01:02 | until the job is picked up | 12 s |
| 2026-11-24 08:01:14 | job picked up |  |
| 2026-11-24 08:01:15 | Set up job | 2 s |
| 2026-11-24 08:01:17 | Check out | 1 s |
| 2026-11-24 08:01:18 | Build and smoke-test | 3 min 44 s |
| 2026-11-24 08:05:02 | Push | 26 s |
| 2026-11-24 08:05:42 | stop until its end is proven | 37 s |
| 2026-11-24 08:05:44 | end of the machine |  |

</details>
`);
  });

  it('tells that Spot took the machine back, and how long GitHub took to notice', () => {
    expect(runSummary(RECLAIMED)).toBe(`### arm64: AWS took the Spot machine back 2 min 17 s into the build

Spot may do that at any time. If it happens often, allow more instance families, subnets or regions.

**Cost of this build: $0.0021 / ¥0.014, below the target of ¥0.05–0.1.**

\`\`\`mermaid
gantt
    dateFormat YYYY-MM-DD HH:mm:ss
    axisFormat %H:%M:%S
    tickInterval 5minute
    todayMarker off
    section Launch
    asking EC2 (3 s) :2026-11-24 08:00:08, 2026-11-24 08:00:11
    boot until the runner is online (51 s) :2026-11-24 08:00:11, 2026-11-24 08:01:02
    runner online :milestone, 2026-11-24 08:01:02, 0s
    section Build
    until the job is picked up (12 s) :2026-11-24 08:01:02, 2026-11-24 08:01:14
    job picked up :milestone, 2026-11-24 08:01:14, 0s
    Set up job (2 s) :2026-11-24 08:01:15, 2026-11-24 08:01:17
    Check out (1 s) :2026-11-24 08:01:17, 2026-11-24 08:01:18
    Build and smoke-test, broken off (2 min 13 s) :2026-11-24 08:01:18, 2026-11-24 08:03:31
    section Stop
    end of the machine :milestone, 2026-11-24 08:03:31, 0s
    until GitHub gives the job up (10 min 9 s) :2026-11-24 08:03:31, 2026-11-24 08:13:40
    stop until its end is proven (6 s) :2026-11-24 08:13:52, 2026-11-24 08:13:58
\`\`\`

| machine | i-0f1e2d3c4b5a69788 |
| --- | --- |
| type | c7g.large, for arm64 (linux/arm64) |
| place | zone us-east-1a, region us-east-1 |
| market | Spot |
| price | $0.0289 per hour, when it was launched |
| on demand | $0.0725 per hour |
| lived | 3 min 20 s |
| end | AWS took the Spot machine back |

| cost | USD | CNY | to this build |
| --- | --- | --- | --- |
| instance, Spot, 3 min 20 s | $0.0016 | ¥0.011 |  |
| disk, 30 GiB | $0.0002 | ¥0.001 |  |
| public IPv4 address | $0.0003 | ¥0.002 |  |
| **this build** | $0.0021 | ¥0.014 | 1 × |
| the same on demand | $0.0045 | ¥0.030 | 2.2 × |
| GitHub's ubuntu-24.04-arm for 2 min 17 s, in a private repository | $0.0150 | ¥0.101 | 7.3 × |

<details><summary>The timeline in figures</summary>

| UTC | what | took |
| --- | --- | --- |
| 2026-11-24 08:00:08 | asking EC2 | 3 s |
| 2026-11-24 08:00:11 | boot until the runner is online | 51 s |
| 2026-11-24 08:01:02 | runner online |  |
| 2026-11-24 08:01:02 | until the job is picked up | 12 s |
| 2026-11-24 08:01:14 | job picked up |  |
| 2026-11-24 08:01:15 | Set up job | 2 s |
| 2026-11-24 08:01:17 | Check out | 1 s |
| 2026-11-24 08:01:18 | Build and smoke-test, broken off | 2 min 13 s |
| 2026-11-24 08:03:31 | end of the machine |  |
| 2026-11-24 08:03:31 | until GitHub gives the job up | 10 min 9 s |
| 2026-11-24 08:13:52 | stop until its end is proven | 6 s |

</details>

Tries of the launch that gave no machine:

| region | market | known after | why |
| --- | --- | --- | --- |
| us-east-1 | spot | 2 s | InsufficientInstanceCapacity (c6g.large): there is no capacity now |
`);
  });

  it('tells a start that failed, with the last words of the machine', () => {
    expect(runSummary(START_FAILED)).toBe(`### arm64: the machine could not be set up

The last lines of its console, below if EC2 has them, tell how far it came. Most often it has no way out to the internet (subnet, route, security group), or a mirror does not answer.

**Cost of this build: $0.0008 / ¥0.006, below the target of ¥0.05–0.1.**

\`\`\`mermaid
gantt
    dateFormat YYYY-MM-DD HH:mm:ss
    axisFormat %H:%M:%S
    tickInterval 1minute
    todayMarker off
    section Launch
    asking EC2 (3 s) :2026-11-24 08:00:08, 2026-11-24 08:00:11
    machine launched :milestone, 2026-11-24 08:00:11, 0s
    section Stop
    end of the machine :milestone, 2026-11-24 08:01:31, 0s
    stop until its end is proven (10 s) :2026-11-24 08:01:55, 2026-11-24 08:02:05
\`\`\`

| machine | i-0f1e2d3c4b5a69788 |
| --- | --- |
| type | c7g.large, for arm64 (linux/arm64) |
| place | zone us-east-1a, region us-east-1 |
| market | Spot |
| price | $0.0289 per hour, when it was launched |
| on demand | $0.0725 per hour |
| lived | 1 min 20 s |
| end | failed: download runner |

| cost | USD | CNY | to this build |
| --- | --- | --- | --- |
| instance, Spot, 1 min 20 s | $0.0006 | ¥0.004 |  |
| disk, 30 GiB | $0.0001 | ¥0.000 |  |
| public IPv4 address | $0.0001 | ¥0.001 |  |
| **this build** | $0.0008 | ¥0.006 | 1 × |
| the same on demand | $0.0018 | ¥0.012 | 2.2 × |
| GitHub's ubuntu-24.04-arm for 1 min 20 s, in a private repository | $0.0100 | ¥0.067 | 12.1 × |

<details><summary>The machine's own last lines</summary>

\`\`\`text
spot-image: armed, ends at 09:16:00
spot-image: failed: download runner
spot-image: power-off: the runner ended or the start failed
\`\`\`

</details>

<details><summary>The timeline in figures</summary>

| UTC | what | took |
| --- | --- | --- |
| 2026-11-24 08:00:08 | asking EC2 | 3 s |
| 2026-11-24 08:00:11 | machine launched |  |
| 2026-11-24 08:01:31 | end of the machine |  |
| 2026-11-24 08:01:55 | stop until its end is proven | 10 s |

</details>
`);
  });
});

describe('a second life', () => {
  const text = runSummary(AGAIN_GREEN);

  it('has a heading of its own, and is about the second machine', () => {
    expect(text).toMatch(/^### arm64: built in 4 min 10 s, on demand \(second machine: Spot took the first one back\)\n/);
    expect(text).toContain('| machine | i-0a1b2c3d4e5f60718 |');
    expect(text).toContain(':2026-11-24 08:14:20, 2026-11-24 08:15:11');
    expect(text).not.toContain('08:00:11');
  });

  it('has cost what both machines have', () => {
    expect(text).toContain('| earlier: i-0f1e2d3c4b5a69788, Spot, 3 min 20 s | $0.0021 | ¥0.014 |  |');
    expect(text).toContain('**Cost of this build: $0.0095 / ¥0.064, within the target of ¥0.05–0.1.**');
  });

  it('is not one where the first machine belongs to another attempt, or was not reclaimed', () => {
    const [second, first] = AGAIN_GREEN.machines;
    for (const machines of [
      [second, { ...first, attempt: '0' }],
      [second, { ...first, cause: 'ec2' as const }],
    ]) {
      expect(runSummary({ ...AGAIN_GREEN, machines })).not.toContain('second machine');
    }
    expect(runSummary({ ...AGAIN_GREEN, machines: [second, { ...first, attempt: '0' }] })).toContain('| earlier, attempt 0: i-0f1e');
  });
});

describe('headings', () => {
  const heading = (story: Partial<RunStory>) => runSummary({ ...GREEN, ...story }).split('\n')[0];
  const build = GREEN.jobs?.[1];
  if (!build) throw new Error('the story has no build');

  it.each([
    ['the build failed after 4 min 15 s, on Spot', { jobs: [{ ...build, conclusion: 'failure' }] }],
    ['the build was cancelled after 4 min 15 s, on Spot', { jobs: [{ ...build, conclusion: 'cancelled' }] }],
    ['the machine was terminated before a job ran on it', { jobs: [] }],
    ['the machine was terminated', { jobs: undefined }],
    ['no job reached the machine', { jobs: undefined, machines: [{ ...MACHINE, cause: 'idle' as const }] }],
    [
      "the machine's time was over 4 min 15 s into the build",
      {
        jobs: [{ ...build, conclusion: 'failure' }],
        machines: [{ ...MACHINE, cause: 'time-to-live' as const }],
      },
    ],
    // the grace ended it: a build that succeeded stays one
    ['built in 4 min 15 s, on Spot', { machines: [{ ...MACHINE, cause: 'time-to-live' as const }] }],
    ['no machine could be had', { machines: [], tries: [{ region: 'us-east-1', market: 'spot', why: 'no' }] }],
    ['it is not proven that every machine is terminated', { unproven: [{ region: 'us-east-1', problem: 'InternalError' }] }],
  ])('%s', (words, story) => {
    expect(heading(story)).toBe(`### arm64: ${words}`);
  });
});

describe('what is not known', () => {
  it('is left out of the timeline: without GitHub, EC2 and stop remain', () => {
    const text = runSummary({ ...GREEN, jobs: undefined });
    expect(text.match(/^ {4}.* :.*$/gm)).toEqual([
      '    machine launched :milestone, 2026-11-24 08:00:11, 0s',
      '    stop until its end is proven (37 s) :2026-11-24 08:05:42, 2026-11-24 08:06:19',
      '    end of the machine :milestone, 2026-11-24 08:05:44, 0s',
    ]);
  });

  it('is no stretch where two clocks disagree', () => {
    const jobs = [{ ...step('Build', '08:05:00', '08:04:00'), runner: MACHINE.runner, steps: [] }];
    const text = runSummary({ ...GREEN, jobs });
    expect(text).not.toContain('-1 min');
    expect(text).toContain('job picked up :milestone, 2026-11-24 08:05:00, 0s');
  });

  it('is no proof: an end that is not proven is not in the timeline', () => {
    expect(runSummary({ ...GREEN, unproven: [{ region: 'us-west-2', problem: 'no answer' }] })).not.toContain('proven (');
  });

  it('makes the cost unknown, and says so', () => {
    const text = runSummary({ ...GREEN, machines: [{ ...MACHINE, hourly: undefined }] });
    expect(text).toContain('**Cost of this build: unknown**');
    expect(text).toContain('| price | unknown |');
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it("finds no launch in a step that was over before the machine's launch", () => {
    const jobs = [{ ...step('Launch', '07:00:00', '07:01:00'), steps: [step('Launch', '07:00:00', '07:01:00')] }];
    expect(runSummary({ ...GREEN, jobs })).not.toContain('asking EC2');
  });

  it('does not take the end of a launch that failed for a runner online', () => {
    expect(runSummary(START_FAILED)).not.toContain('online');
  });
});

describe('the target', () => {
  const cny = (value: number) => againstTarget({ cny: value, usd: value / CNY_PER_USD.value });

  it('is compared in yuan, its ends belong to it', () => {
    expect([0.049, 0.05, 0.1, 0.101].map(cny)).toEqual(['below', 'within', 'within', 'above']);
    expect(againstTarget(undefined)).toBe('unknown');
  });
});
