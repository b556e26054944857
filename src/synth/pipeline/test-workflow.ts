/** The workflow that tests the project itself: its files, and that its image builds. */
import type { ImageConfig } from '../../core/config';
import { PLATFORMS } from '../../core/platform';
import { usePinned } from './action-pins';
import { TEST_MINUTES } from './limits';
import { bake, checkout, setupBuildx } from './steps';
import { NODE_VERSION } from './tools';
import { type Job, read, type Workflow } from './workflow';

/** A push to a branch that gives a tag; nothing where none does. */
function onPush({ pipeline }: ImageConfig): Workflow['on'] {
  const branches = Object.keys(pipeline.branchTags);
  return branches.length > 0 ? { push: { branches } } : {};
}

/** `Test`: on pull requests and on pushes to the branches that give tags. It pushes nothing and holds no secret. */
export function testWorkflow(config: ImageConfig): Workflow {
  const image = imageJob(config);
  return {
    name: 'Test',
    fileName: 'test.yml',
    description:
      'Tests the project itself, on hosted runners: that the generated files come from .projenrc.ts, that the tests pass, ' +
      'that the image builds and works. Pushes nothing and holds no secret, so it may run for anybody.',
    on: { pullRequest: {}, ...onPush(config) },
    concurrency: {
      group: 'test-${{ github.ref }}',
      cancelInProgress: true,
      comment:
        'Only the newest commit of a branch or pull request is worth a test: an older one is cancelled, even while it runs. ' +
        'It pushes nothing, so nothing is left half done.',
    },
    jobs: { project: projectJob(config), ...(image && { image }) },
  };
}

function projectJob(config: ImageConfig): Job {
  return {
    name: 'Synth and test',
    runsOn: [config.pipeline.hostedRunner],
    permissions: { contents: read('check out the project') },
    timeoutMinutes: TEST_MINUTES,
    steps: [
      checkout(config),
      {
        name: 'Set up Node.js',
        uses: usePinned(config.pipeline.actionPins, 'actions/setup-node'),
        with: { 'node-version': NODE_VERSION, 'package-manager-cache': false },
      },
      { name: 'Install', run: 'npm ci' },
      { name: 'Synth', run: 'npx projen' },
      {
        name: 'Stage what the synth changed',
        comment: 'Generated files are checked in. If any differs now, it was edited by hand, or .projenrc.ts was and the synth forgotten.',
        run: 'git add --all',
      },
      { name: 'Compare with what is checked in', run: 'git diff --staged --exit-code' },
      { name: 'Test', run: 'npm test' },
    ],
  };
}

/** Builds on every architecture that GitHub has a native runner for; undefined where it has none. */
function imageJob(config: ImageConfig): Job | undefined {
  const rows = config.architectures.flatMap(({ name, platform }) => {
    const runner = PLATFORMS[platform]?.hostedRunner;
    return runner ? [{ architecture: name, runner }] : [];
  });
  if (rows.length === 0) return undefined;
  return {
    comment: 'Builds the image and runs its smoke test, natively, on each architecture that GitHub has a runner for.',
    name: 'Smoke-test ${{ matrix.architecture }}',
    runsOn: ['${{ matrix.runner }}'],
    permissions: { contents: read('check out the Dockerfile and what it copies') },
    timeoutMinutes: config.pipeline.buildTimeoutMinutes,
    strategy: { failFast: false, matrix: { include: rows } },
    steps: [
      checkout(config),
      setupBuildx(config),
      bake('"smoke-$ARCHITECTURE"', { name: 'Build and smoke-test', env: { ARCHITECTURE: '${{ matrix.architecture }}' } }),
    ],
  };
}
