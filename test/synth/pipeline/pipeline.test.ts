import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { github, Project, TextFile, YamlFile } from 'projen';
import { PROJEN_MARKER } from 'projen/lib/common';
import { afterEach, describe, expect, test } from 'vitest';
import { Pipeline } from '../../../src/synth/pipeline/pipeline';
import { WorkflowGuard } from '../../../src/synth/pipeline/workflow-guard';
import { imageConfig } from '../../support/config';
import { synthesize } from '../../support/synth';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
});

/** A project that is never synthesized, in a folder of its own. */
function project(): Project {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'pipeline-'));
  folders.push(outdir);
  return new Project({ name: 'test', outdir });
}

function guardOf(of: Project): WorkflowGuard {
  const guard = of.components.find((component) => component instanceof WorkflowGuard);
  if (!guard) throw new Error('There is no guard.');
  return guard as WorkflowGuard;
}

test('there is one build per architecture, the merge, both in one, the reaper, the test and the doctor', () => {
  const it = project();
  new Pipeline(it, imageConfig({ architectures: [{ name: 'amd64' }, { name: 'arm64' }, { name: 's390x', emulated: { on: 'amd64' } }] }));
  const written = it.files.map((file) => file.path).filter((file) => file.startsWith('.github/'));
  expect(written).toEqual(
    ['build-amd64', 'build-arm64', 'build-s390x', 'doctor', 'merge-manifests', 'publish', 'reap-runners', 'test'].map(
      (name) => `.github/workflows/${name}.yml`,
    ),
  );
});

test('the first line of each says that it is generated', () => {
  const files = synthesize((outdir) => {
    const it = new Project({ name: 'test', outdir });
    new Pipeline(it, imageConfig());
    return it;
  });
  for (const name of ['build-amd64', 'merge-manifests', 'publish', 'test']) {
    const [first, second, third] = files[`.github/workflows/${name}.yml`].split('\n');
    expect(first).toContain(`# ${PROJEN_MARKER}`);
    expect([second, third]).toEqual(['', expect.stringMatching(/^# [A-Z]/)]);
  }
});

describe('the guard', () => {
  const unsafe = 'jobs: { x: { permissions: {}, timeout-minutes: 5, steps: [{ run: "echo ${{ inputs.a }}" }] } }';

  test('lets our own workflows pass', () => {
    const it = project();
    new Pipeline(it, imageConfig());
    expect(() => guardOf(it).preSynthesize()).not.toThrow();
  });

  test("fails the synth on another component's text, before anything is written", () => {
    const it = project();
    new Pipeline(it, imageConfig());
    new TextFile(it, '.github/workflows/other.yml', { lines: [unsafe] });
    const guard = guardOf(it);
    const fault = '.github/workflows/other.yml: job "x", step "number 1" pastes';
    expect(() => guard.preSynthesize()).toThrow(fault);
    expect(() => guard.postSynthesize()).toThrow(fault);
  });

  test("fails it on a job that was added to projen's own workflow, with its late overrides", () => {
    const it = project();
    new Pipeline(it, imageConfig());
    const workflow = new github.GithubWorkflow(new github.GitHub(it, { pullRequestLint: false }), 'other');
    workflow.addJob('x', { permissions: {}, timeoutMinutes: 5, runsOn: ['ubuntu-24.04'], steps: [{ name: 'S', run: 'true' }] });
    expect(() => guardOf(it).preSynthesize()).not.toThrow();
    workflow.file?.addOverride('jobs.x.steps.0.run', 'echo ${{ github.head_ref }}');
    expect(() => guardOf(it).preSynthesize()).toThrow('.github/workflows/other.yml: job "x", step "S" pastes');
  });

  test('fails it on what was added while others synthesized', () => {
    const it = project();
    new Pipeline(it, imageConfig());
    guardOf(it).preSynthesize();
    new YamlFile(it, '.github/workflows/late.yaml', { obj: { jobs: { x: {} } } });
    expect(() => guardOf(it).postSynthesize()).toThrow('.github/workflows/late.yaml: job "x"');
  });

  test('tells the faults of all files at once', () => {
    const it = project();
    new Pipeline(it, imageConfig());
    new TextFile(it, '.github/workflows/a.yml', { lines: [unsafe] });
    new TextFile(it, '.github/workflows/b.yml', { lines: [unsafe] });
    expect(() => guardOf(it).preSynthesize()).toThrow(/a\.yml: [\s\S]*b\.yml: /);
  });

  test('does not judge other files', () => {
    const it = project();
    new Pipeline(it, imageConfig());
    new TextFile(it, '.github/other/x.yml', { lines: [unsafe] });
    expect(() => guardOf(it).preSynthesize()).not.toThrow();
  });
});
