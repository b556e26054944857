import { expect, test } from 'vitest';
import { mergeWorkflow } from '../../../src/synth/pipeline/merge-workflow';
import { imageConfig } from '../../support/config';
import { actions, asGitHubReads, commands, place } from './parse';

const workflow = mergeWorkflow(imageConfig());
const parsed = asGitHubReads(workflow);
const { merge } = parsed.jobs;

test('it is known by the name that people look for', () => {
  expect([workflow.fileName, parsed.name]).toEqual(['merge-manifests.yml', 'Merge Multi-Arch Manifests']);
});

test('it is started by hand, with the base tag', () => {
  expect(parsed.on).toEqual({
    workflow_dispatch: {
      inputs: {
        tag: { description: expect.any(String), required: true, type: 'string' },
        architectures: { description: expect.stringContaining('empty for all'), required: false, type: 'string' },
      },
    },
  });
});

test('what was typed reaches the command as variables', () => {
  expect(merge.steps[place(merge, 'Merge')]).toMatchObject({
    run: 'exec node .github/scripts/spot-image.mjs merge --tag "$TAG" --only "$ARCHITECTURES"',
    env: { TAG: '${{ inputs.tag }}', ARCHITECTURES: '${{ inputs.architectures }}' },
  });
});

test('it logs in before it merges, with a pinned client and nothing else', () => {
  expect(commands(merge)).toEqual(['exec node .github/scripts/spot-image.mjs login', expect.stringContaining(' merge ')]);
  expect(actions(merge)).toEqual(['actions/checkout', 'docker/setup-buildx-action']);
  expect(merge.steps[place(merge, 'Set up buildx')].with).toMatchObject({
    version: expect.stringMatching(/^v0\.(3[2-9]|[4-9]\d)\./),
    driver: 'docker',
  });
});

test('it may read the script and write packages', () => {
  expect(merge.permissions).toEqual({ contents: 'read', packages: 'write' });
});

test('merges of one tag do not overlap', () => {
  expect(parsed.concurrency).toEqual({ group: 'merge-${{ inputs.tag }}', 'cancel-in-progress': false });
});
