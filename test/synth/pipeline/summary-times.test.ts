/** The summary finds in GitHub's answer what the generated workflow calls its steps. */
import { expect, test } from 'vitest';
import { launchStep } from '../../../src/core/summary/timeline';
import { buildWorkflow } from '../../../src/synth/pipeline/build-workflow';
import { MACHINE } from '../../core/summary/stories';
import { openRestyConfig } from '../../support/config';

test('the step that launches the machine', () => {
  const config = openRestyConfig();
  const { jobs } = buildWorkflow(config, config.architectures[0]);
  const moment = MACHINE.launchedAt;
  const steps = Object.values(jobs).flatMap((job) => job.steps.map(({ name = '' }) => ({ name, startedAt: moment, completedAt: moment })));
  expect(launchStep(MACHINE, [{ name: '', steps }])?.name).toBe('Launch');
});
