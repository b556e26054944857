/** Which workflows a project has. */
import type { ImageConfig } from '../../core/config';
import { buildWorkflow } from './build-workflow';
import { doctorWorkflow } from './doctor-workflow';
import { mergeWorkflow } from './merge-workflow';
import { publishWorkflow } from './publish-workflow';
import { reapWorkflow } from './reap-workflow';
import { testWorkflow } from './test-workflow';
import type { CallJob, Job, Workflow } from './workflow';

/** All workflows of a project, in the order in which a reader meets them. */
export function workflows(config: ImageConfig): readonly Workflow<Job | CallJob>[] {
  const reap = reapWorkflow(config);
  return [
    ...config.architectures.map((architecture) => buildWorkflow(config, architecture)),
    mergeWorkflow(config),
    publishWorkflow(config),
    ...(reap ? [reap] : []),
    testWorkflow(config),
    doctorWorkflow(config),
  ];
}
