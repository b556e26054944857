import { describe, expect, test } from 'vitest';
import type { SpotImageProjectOptions } from '../../../src/core/options';
import { buildWorkflow } from '../../../src/synth/pipeline/build-workflow';
import { mergeWorkflow } from '../../../src/synth/pipeline/merge-workflow';
import { publishWorkflow, rightsOfAll } from '../../../src/synth/pipeline/publish-workflow';
import { renderWorkflow } from '../../../src/synth/pipeline/render-workflow';
import { type Job, type Permissions, read, write } from '../../../src/synth/pipeline/workflow';
import { imageConfig } from '../../support/config';
import { asGitHubReads, commands, place } from './parse';

type Options = Partial<SpotImageProjectOptions>;

const publish = (options: Options = {}) => asGitHubReads(publishWorkflow(imageConfig(options)));

const HOSTED: Options = {
  architectures: [
    { name: 'amd64', hosted: {} },
    { name: 'arm64', hosted: {} },
  ],
};
const PROJECTS: readonly (readonly [string, Options])[] = [
  ['on Spot', {}],
  ['hosted', HOSTED],
  ['for one architecture', { architectures: [{ name: 'amd64' }] }],
  ['emulated', { architectures: [{ name: 'amd64' }, { name: 'arm64', hosted: {} }, { name: 's390x', emulated: { on: 'amd64' } }] }],
  ['elsewhere', { ...HOSTED, registry: 'registry.example.com' }],
];

const ORDER = ['none', 'read', 'write'];

test('it calls every build, then merges, then says what came of it', () => {
  const { name, jobs } = publish();
  expect(name).toBe('Publish');
  expect(Object.keys(jobs)).toEqual(['build-amd64', 'build-arm64', 'merge', 'verdict']);
  expect(jobs['build-arm64']).toMatchObject({
    name: 'Build ARM64',
    uses: './.github/workflows/build-arm64.yml',
    with: { tag: '${{ inputs.tag }}' },
  });
  expect(jobs.merge.needs).toEqual(['build-amd64', 'build-arm64']);
});

describe.each(PROJECTS)('%s', (_, options) => {
  const config = imageConfig(options);
  const { jobs, concurrency } = publish(options);
  const called = config.architectures.map((architecture) => ({
    architecture,
    caller: jobs[`build-${architecture.name}`],
    workflow: asGitHubReads(buildWorkflow(config, architecture)),
  }));

  test('a called job may have every right that it asks for, and the caller has no other', () => {
    for (const { caller, workflow } of called) {
      const asked = Object.values(workflow.jobs).flatMap(({ permissions }) => Object.entries(permissions));
      for (const [scope, access] of asked)
        expect(ORDER.indexOf(caller.permissions[scope]), scope).toBeGreaterThanOrEqual(ORDER.indexOf(access));
      for (const right of Object.entries(caller.permissions)) expect(asked).toContainEqual(right);
    }
  });

  test('secrets are let through where a called job reads any, and nowhere else', () => {
    for (const { caller, workflow } of called) {
      expect(caller.secrets).toBe(JSON.stringify(workflow.jobs).includes('secrets.') ? 'inherit' : undefined);
    }
  });

  test('no group of a called build or of the merge is that of the run, which would wait for itself', () => {
    const groups = [concurrency.group, ...called.map(({ workflow }) => workflow.concurrency.group), jobs.merge.concurrency?.group ?? ''];
    const asPublish = groups.map((group) =>
      group
        .replace('${{ github.workflow }}', 'Publish')
        .replace(/\$\{\{.*\}\}/, 'latest')
        .toLowerCase(),
    );
    expect(new Set(asPublish).size).toBe(groups.length);
  });

  test("each architecture's digest comes from its own build of this run, and the merge waits for all", () => {
    const step = jobs.merge.steps[place(jobs.merge, 'Merge')];
    const names = config.architectures.map(({ name }) => name);
    expect(step.run).toBe(
      `exec node .github/scripts/spot-image.mjs merge --tag "$TAG" ${names.map((name) => `--digest "${name}=$DIGEST_${name.toUpperCase()}"`).join(' ')}`,
    );
    expect(step.env).toEqual({
      TAG: '${{ steps.tags.outputs.tag }}',
      GITHUB_TOKEN: '${{ github.token }}',
      ...Object.fromEntries(names.map((name) => [`DIGEST_${name.toUpperCase()}`, `\${{ needs.build-${name}.outputs.digest }}`])),
    });
    expect(jobs.merge.if).toBe([...names.map((name) => `needs.build-${name}.outputs.digest != ''`), '!cancelled()'].join(' && '));
  });

  test('it merges as the merge by hand does, but for what it is told', () => {
    const { merge } = asGitHubReads(mergeWorkflow(config)).jobs;
    const others = (job: typeof merge) => job.steps.filter(({ name }) => name !== 'Merge' && name !== 'Compute the tags');
    expect(others(jobs.merge)).toEqual(others(merge));
    expect(jobs.merge).toMatchObject({ permissions: merge.permissions, outputs: merge.outputs });
  });
});

test('merges of one tag share a queue with the merges by hand', () => {
  const group = (text: string) => text.replace(/\$\{\{.*\}\}/, 'v1.0.0');
  expect(group(publish().jobs.merge.concurrency?.group ?? '')).toBe(group(asGitHubReads(mergeWorkflow(imageConfig())).concurrency.group));
});

test('a run whose merge was skipped or pushed out of the queue is red', () => {
  const { verdict } = publish().jobs;
  expect(verdict).toMatchObject({ needs: 'merge', if: 'always()', permissions: {} });
  expect(commands(verdict)).toEqual(['test -n "$DIGEST"']);
  expect(verdict.steps[0].env).toEqual({ DIGEST: '${{ needs.merge.outputs.digest }}' });
});

describe('triggers', () => {
  test('by hand only at first, with an optional tag; what a push would do is a comment that names the switch', () => {
    expect(publish().on).toEqual({
      workflow_dispatch: { inputs: { tag: { description: expect.any(String), required: false, type: 'string' } } },
    });
    expect(renderWorkflow(publishWorkflow(imageConfig()))).toMatch(
      /# .*`pipeline: \{ triggers: true \}` in \.projenrc\.ts.*\n {2}# push:\n[\s\S]*# {5}- v\[0-9\]\*\n/,
    );
  });

  test('one switch turns them on', () => {
    const options = { pipeline: { triggers: true, branchTags: { main: 'latest' } } };
    expect(publish(options).on.push).toEqual({ branches: ['main'], tags: ['v[0-9]*'] });
    expect(renderWorkflow(publishWorkflow(imageConfig(options)))).not.toContain('# push:');
  });
});

describe('signing', () => {
  const jobsOf = (sign: boolean) => {
    const config = imageConfig({ pipeline: { sign } });
    return [...Object.entries(publish({ pipeline: { sign } }).jobs), ...Object.entries(asGitHubReads(mergeWorkflow(config)).jobs)];
  };

  test('takes an identity and cosign in the jobs that merge, only if it is asked for', () => {
    for (const [id, job] of jobsOf(true)) {
      if (id !== 'merge') continue;
      expect(job.permissions['id-token']).toBe('write');
      expect(place(job, 'Set up cosign')).toBeLessThan(place(job, 'Merge'));
    }
    for (const [id, job] of jobsOf(false)) if (id === 'merge') expect(JSON.stringify(job)).not.toMatch(/id-token|cosign/);
  });

  test('never comes to a machine that builds', () => {
    const config = imageConfig({ pipeline: { sign: true } });
    for (const architecture of config.architectures) expect(renderWorkflow(buildWorkflow(config, architecture))).not.toContain('cosign');
  });
});

test('of two jobs that ask for different access to one thing the caller has the greater, with the reasons of that', () => {
  const job = (permissions: Permissions) => ({ permissions }) as Job;
  const rights = rightsOfAll([
    job({ packages: read('pull'), contents: read('check out') }),
    job({ packages: write('push') }),
    job({ packages: write('cache'), contents: read('check out') }),
  ]);
  expect(rights).toEqual({ packages: write('push; cache'), contents: read('check out') });
});
