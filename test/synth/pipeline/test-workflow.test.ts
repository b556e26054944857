import { expect, test } from 'vitest';
import type { ArchitectureOptions } from '../../../src/core/options';
import { testWorkflow } from '../../../src/synth/pipeline/test-workflow';
import { imageConfig } from '../../support/config';
import { asGitHubReads, commands } from './parse';

const workflow = (architectures?: ArchitectureOptions[]) => asGitHubReads(testWorkflow(imageConfig({ architectures })));

test('runs for pull requests and for the branches that give tags', () => {
  expect(workflow().on).toEqual({ pull_request: {}, push: { branches: ['master', 'develop'] } });
});

test('a file that differs from what the synth writes fails it, also one that is new', () => {
  const steps = commands(workflow().jobs.project);
  expect(steps).toEqual(['npm ci', 'npx projen', 'git add --all', 'git diff --staged --exit-code', 'npm test']);
});

test('the image is smoke-tested natively on each platform that GitHub has a runner for, however it is built for release', () => {
  const { image } = workflow([
    { name: 'amd64' },
    { name: 'arm64', hosted: { runner: 'my-own' } },
    { name: 's390x', emulated: { on: 'amd64' } },
  ]).jobs;
  expect(image.strategy?.matrix.include).toEqual([
    { architecture: 'amd64', runner: 'ubuntu-24.04' },
    { architecture: 'arm64', runner: 'ubuntu-24.04-arm' },
  ]);
  expect(image['runs-on']).toBe('${{ matrix.runner }}');
  expect(commands(image)).toEqual(['docker buildx bake --file docker/docker-bake.json "smoke-$ARCHITECTURE"']);
});

test('without such a platform there is no such job', () => {
  expect(Object.keys(workflow([{ name: 's390x', hosted: { runner: 'my-mainframe' } }]).jobs)).toEqual(['project']);
});

test('it can write nothing and knows no secret', () => {
  for (const job of Object.values(workflow().jobs)) {
    expect(job.permissions).toEqual({ contents: 'read' });
    expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token|id-token/);
  }
});
