/** What starts a build, and under which tag. */
import type { ImageConfig } from '../../core/config';
import type { CallJob, Job, Workflow } from './workflow';

/** What a version tag looks like: a glob, in step with `isVersionTag`. */
const VERSION_TAGS = 'v[0-9]*';

/** Name of the input that names the base tag. */
const TAG_INPUT = {
  tag: {
    description: 'Base tag, such as latest or v1.0.0. Empty: the one of the branch or git tag.',
    required: false,
    type: 'string' as const,
  },
};

/**
 * By hand, and by another workflow; never by a push: `publish.yml` is what a push starts,
 * and would build everything a second time.
 *
 * @param verdict job whose outputs say what was pushed
 */
export function buildTriggers(verdict: string): Workflow['on'] {
  const output = (name: string, description: string) => ({ [name]: { description, value: `\${{ jobs.${verdict}.outputs.${name} }}` } });
  return {
    workflowDispatch: { inputs: TAG_INPUT },
    workflowCall: {
      inputs: TAG_INPUT,
      outputs: {
        ...output('digest', 'Digest of what was pushed; empty unless all is well'),
        ...output('reference', 'The same with its repository'),
      },
    },
  };
}

/** By hand always; by a push only if the config says so, and otherwise shown as what it would be. */
export function publishTriggers(config: ImageConfig): Pick<Workflow<Job | CallJob>, 'on' | 'off'> {
  const { triggers, branchTags } = config.pipeline;
  const manual = { workflowDispatch: { inputs: TAG_INPUT } };
  const branches = Object.keys(branchTags);
  const push = { push: { ...(branches.length > 0 && { branches }), tags: [VERSION_TAGS] } };
  if (triggers) return { on: { ...manual, ...push } };
  return {
    on: manual,
    off: {
      on: push,
      comment:
        'A push starts nothing, so that nothing costs money unasked.\n' +
        'The switch is `pipeline: { triggers: true }` in .projenrc.ts; it adds:',
    },
  };
}

/**
 * An expression that gives a run's base tag as far as GitHub knows it before
 * the run: good enough to name a concurrency group. The `tags` command decides.
 */
export function tagOfRun(config: ImageConfig): string {
  const renamed = Object.entries(config.pipeline.branchTags)
    .filter(([branch, tag]) => branch !== tag)
    .map(([branch, tag]) => `(github.ref == 'refs/heads/${branch}' && '${tag}')`);
  return `\${{ ${['inputs.tag', ...renamed, 'github.ref_name'].join(' || ')} }}`;
}
