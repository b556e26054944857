import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findUnsafe } from '../../../src/synth/pipeline/guard';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import { workflows } from '../../../src/synth/pipeline/workflows';
import { imageConfig } from '../../support/config';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

const faultsOf = (step: object, job: object = { permissions: {}, 'timeout-minutes': 5 }) =>
  findUnsafe(stringify({ jobs: { build: { ...job, steps: [{ name: 'Do it', ...step }] } } }));

test('our own workflows have no fault', () => {
  for (const workflow of workflows(imageConfig())) expect(findUnsafe(renderWorkflow(workflow)), workflow.fileName).toEqual([]);
});

describe('a value inside code', () => {
  test.each(['inputs.tag', 'github.head_ref', 'github.event.issue.title', 'github.ref_name', 'steps.x.outputs.y', 'matrix.architecture'])(
    '%s in a run is refused, with job, step and the way out',
    (expression) => {
      const [fault, ...others] = faultsOf({ run: `echo "\${{ ${expression} }}"` });
      expect(others).toEqual([]);
      expect(fault).toMatch(/^job "build", step "Do it" pastes .*env: \{ NAME: /);
    },
  );

  test('in the code of github-script too', () => {
    expect(faultsOf({ uses: `actions/github-script@${COMMIT}`, with: { script: 'log("${{ inputs.tag }}")' } })).toEqual([
      expect.stringContaining('pastes ${{'),
    ]);
  });

  test('through a variable it is fine', () => {
    expect(faultsOf({ run: 'echo "$TAG"', env: { TAG: '${{ inputs.tag }}' } })).toEqual([]);
  });
});

describe('pins', () => {
  test.each([
    'actions/checkout@v7',
    'actions/checkout',
    'actions/checkout@main',
    `actions/checkout@${COMMIT.slice(1)}`,
    'docker://alpine:3',
  ])('%s is refused', (uses) => {
    expect(faultsOf({ uses })).toEqual([expect.stringContaining(`uses "${uses}"`)]);
  });

  test.each([`actions/checkout@${COMMIT}`, './.github/actions/mine', `docker://alpine@sha256:${'a'.repeat(64)}`])('%s is fine', (uses) => {
    expect(faultsOf({ uses })).toEqual([]);
  });

  test('a called workflow is pinned too; it needs no time-out, which GitHub does not allow there', () => {
    const call = (uses: string) => findUnsafe(stringify({ jobs: { call: { permissions: {}, uses } } }));
    expect(call('other/repo/.github/workflows/x.yml@main')).toEqual([expect.stringContaining('job "call" uses')]);
    expect(call('./.github/workflows/x.yml')).toEqual([]);
  });
});

describe('jobs', () => {
  test('without a list of permissions', () => {
    expect(faultsOf({ run: 'true' }, { 'timeout-minutes': 5 })).toEqual([expect.stringContaining('does not list the permissions')]);
    expect(faultsOf({ run: 'true' }, { 'timeout-minutes': 5, permissions: 'write-all' })).toEqual([
      expect.stringContaining('does not list the permissions'),
    ]);
  });

  test('without a time-out', () => {
    expect(faultsOf({ run: 'true' }, { permissions: {} })).toEqual([expect.stringContaining('has no time-out')]);
  });
});

describe('one command', () => {
  test.each(['a\nb', 'a && b', 'a; b', 'a | b', 'a || b', 'a &', 'a $(b)', 'a "$(b)"', 'a `b`', "if a; then 'b'; fi"])(
    '%j is more than one',
    (run) => {
      expect(faultsOf({ run })).toEqual([expect.stringContaining('more than one command')]);
    },
  );

  test.each(['a b --c "d; e"', "a 'b && c'", 'a "$B"', 'a\n', 'a b\\;c'])('%j is one', (run) => {
    expect(faultsOf({ run })).toEqual([]);
  });
});

test('steps that run in parallel are looked at as well', () => {
  expect(faultsOf({ parallel: [{ name: 'Inner', run: 'a; b' }] })).toEqual([expect.stringContaining('step "Inner"')]);
});

test('every fault is told, not only the first', () => {
  expect(faultsOf({ uses: 'a/b@v1', run: 'echo ${{ inputs.a }}; b' }, {})).toHaveLength(5);
});
