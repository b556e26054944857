import { describe, expect, test } from 'vitest';
import type { Architecture, ImageConfig } from '../../../src/core/config';
import type { SpotImageProjectOptions } from '../../../src/core/options';
import { launchDeadlineSeconds, STOP_DEADLINE_SECONDS, timeToLive } from '../../../src/core/time-to-live';
import { buildWorkflow } from '../../../src/synth/pipeline/build-workflow';
import { imageConfig } from '../../support/config';
import { actions, asGitHubReads, commands, place, type YamlWorkflow } from './parse';

const SCRIPT = 'exec node .github/scripts/spot-image.mjs';

function row(config: ImageConfig, name: string): Architecture {
  const found = config.architectures.find((architecture) => architecture.name === name);
  if (!found) throw new Error(`No architecture ${name}.`);
  return found;
}

function build(name: string, options: Partial<SpotImageProjectOptions> = {}): YamlWorkflow {
  const config = imageConfig(options);
  return asGitHubReads(buildWorkflow(config, row(config, name)));
}

const HOSTED = { architectures: [{ name: 'amd64', hosted: {} }] };
const EMULATED = { architectures: [{ name: 'amd64' }, { name: 's390x', emulated: { on: 'amd64' } }] };
const SELF = {
  architectures: [
    { name: 'amd64', hosted: {} },
    { name: 's390x', emulated: { on: 'amd64' } },
  ],
};

test('name and file come from the architecture', () => {
  const config = imageConfig();
  const { name, fileName } = buildWorkflow(config, row(config, 'arm64'));
  expect({ name, fileName }).toEqual({ name: 'Build ARM64', fileName: 'build-arm64.yml' });
});

describe('on a Spot instance', () => {
  test('launch, build and stop hang together', () => {
    const { jobs } = build('arm64');
    expect(Object.keys(jobs)).toEqual(['launch', 'build', 'stop', 'launch-again', 'build-again', 'stop-again', 'verdict']);
    expect(jobs.build.needs).toBe('launch');
    expect(jobs.stop.needs).toEqual(['launch', 'build']);
  });

  test("the build runs on the launched machine's own label", () => {
    const { jobs } = build('arm64');
    expect(jobs.launch.outputs?.label).toBe('${{ steps.launch.outputs.label }}');
    expect(jobs.build['runs-on']).toBe('${{ needs.launch.outputs.label }}');
  });

  test('launch and stop name the architecture they are for', () => {
    const { jobs } = build('arm64');
    expect(commands(jobs.launch)).toEqual([`${SCRIPT} tags`, `${SCRIPT} launch --arch arm64`]);
    expect(commands(jobs.stop)).toEqual([`${SCRIPT} stop --arch arm64`]);
  });

  test('a run that gives no tag ends before anything costs money', () => {
    const { launch } = build('arm64').jobs;
    expect(place(launch, 'Compute the tags')).toBeLessThan(place(launch, 'Get AWS credentials'));
    expect(launch.steps[place(launch, 'Compute the tags')].env).toMatchObject({ INPUT_TAG: '${{ inputs.tag }}' });
  });

  test('stop runs whatever happened, and takes nothing from a job before, but for the summary', () => {
    const { jobs } = build('arm64');
    expect(jobs.stop.if).toBe('always()');
    const taken = [...JSON.stringify(jobs.stop.steps).matchAll(/needs\.[\w.-]+/g)].map(([expression]) => expression);
    expect(taken).toEqual(['needs.launch.outputs.tries']);
    expect(jobs.stop.steps[place(jobs.stop, 'Stop')].env?.LAUNCH_TRIES).toBe('${{ needs.launch.outputs.tries }}');
    expect(jobs.stop.permissions).toEqual({ contents: 'read', 'id-token': 'write', actions: 'read' });
  });

  test('the machine is terminated even when GitHub gives no token for its registration', () => {
    const { jobs } = build('arm64');
    const token = jobs.stop.steps[place(jobs.stop, 'Get a token for runner registration')];
    expect(token['continue-on-error']).toBe(true);
    expect(jobs.launch.steps[place(jobs.launch, 'Get a token for runner registration')]['continue-on-error']).toBeUndefined();
  });

  test('a build runs only on the machine of this attempt', () => {
    const { jobs } = build('arm64');
    for (const [launch, job] of [
      ['launch', jobs.build],
      ['launch-again', jobs['build-again']],
    ] as const) {
      expect(jobs[launch].outputs?.attempt).toBe('${{ steps.launch.outputs.attempt }}');
      expect(job.if).toContain(`needs.${launch}.outputs.attempt == github.run_attempt`);
      expect(job['runs-on']).toBe(`\${{ needs.${launch}.outputs.label }}`);
    }
  });

  test('the second try is the first one again, but for the market', () => {
    const { jobs } = build('arm64');
    const of = (id: string) => JSON.stringify(jobs[id].steps).replaceAll('-again.', '.').replace(' --again', '');
    expect(of('build-again')).toBe(of('build'));
    expect(of('stop-again')).toBe(of('stop'));
    expect(commands(jobs['launch-again'])).toEqual([`${SCRIPT} launch --arch arm64 --again`]);
    expect(jobs['launch-again'].permissions).toEqual(jobs.launch.permissions);
    expect(jobs['build-again'].permissions).toEqual(jobs.build.permissions);
  });

  test('only the first build may fail without ending the run: there may be another one', () => {
    const forgiven = Object.entries(build('arm64').jobs).filter(([, job]) => job['continue-on-error']);
    expect(forgiven.map(([id]) => id)).toEqual(['build']);
  });

  test('the last job waits for all, runs whatever happened, and reads what they said', () => {
    const { verdict, ...others } = build('arm64').jobs;
    expect(verdict).toMatchObject({
      needs: Object.keys(others),
      if: 'always()',
      permissions: { contents: 'read' },
      'runs-on': 'ubuntu-24.04',
    });
    expect(commands(verdict)).toEqual([`${SCRIPT} verdict --arch arm64`]);
    expect(verdict.steps[place(verdict, 'Verdict')].env).toEqual({ JOBS: '${{ toJSON(needs) }}' });
    expect(verdict.outputs).toEqual({
      digest: '${{ steps.verdict.outputs.digest }}',
      reference: '${{ steps.verdict.outputs.reference }}',
    });
  });

  test('no job decides on the result of another one', () => {
    expect(JSON.stringify(build('arm64'))).not.toMatch(/needs\.[\w-]+\.result/);
  });

  test('the machine is attested before anything else of the repository runs', () => {
    const { jobs } = build('arm64');
    for (const [launch, id] of [
      ['launch', 'build'],
      ['launch-again', 'build-again'],
    ]) {
      const job = jobs[id];
      expect(commands(job)[0]).toBe(`${SCRIPT} attest --arch arm64`);
      const { env = {} } = job.steps[place(job, 'Attest the machine')];
      const announced = ['instance-id', 'runner-name', 'nonce', 'instance-type', 'zone'];
      expect(Object.values(env)).toEqual(announced.map((output) => `\${{ needs.${launch}.outputs.${output} }}`));
      for (const output of announced) expect(jobs[launch].outputs?.[output]).toBe(`\${{ steps.launch.outputs.${output} }}`);
    }
  });

  test('the machine brings its own builder', () => {
    expect(actions(build('arm64').jobs.build)).toEqual(['actions/checkout']);
  });
});

describe('who may do what', () => {
  const { jobs } = build('amd64');

  test('cloud identity only where machines are launched and stopped, and only in the environment', () => {
    const trusted = Object.entries(jobs).filter(([, job]) => job.permissions['id-token'] !== undefined);
    expect(trusted.map(([id]) => id)).toEqual(['launch', 'stop', 'launch-again', 'stop-again']);
    for (const [, job] of trusted) expect(job.environment).toBe('spot-builders');
    expect(jobs.build.environment).toBeUndefined();
  });

  test('the build may read the repository and push packages, nothing else', () => {
    expect(jobs.build.permissions).toEqual({ contents: 'read', packages: 'write' });
  });

  test('jobs with credentials run the script only, and see no file but its own', () => {
    for (const job of [jobs.launch, jobs.stop]) {
      expect(actions(job)).toEqual(['actions/checkout', 'actions/create-github-app-token', 'aws-actions/configure-aws-credentials']);
      expect(job.steps[0].with).toEqual({ 'persist-credentials': false, 'sparse-checkout': '.github' });
      expect(commands(job).filter((command) => !command.startsWith(`${SCRIPT} `))).toEqual([]);
    }
  });

  test('no secret reaches the build', () => {
    expect(JSON.stringify(jobs.build)).not.toContain('secrets.');
  });

  test("the registration token can register runners, and no more; the job's own has no such right", () => {
    const rights = Object.entries(jobs.launch.steps[place(jobs.launch, 'Get a token for runner registration')].with ?? {}).filter(
      ([input]) => input.startsWith('permission-'),
    );
    expect(rights).toEqual([['permission-administration', 'write']]);
  });

  test('no checkout leaves its token behind', () => {
    for (const job of Object.values(jobs)) {
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
        expect(step.with?.['persist-credentials']).toBe(false);
      }
    }
  });
});

describe('the build job', () => {
  test('smoke test, then login, then push: all by the bake file', () => {
    const { build: job } = build('amd64').jobs;
    expect(commands(job)).toEqual([
      `${SCRIPT} attest --arch amd64`,
      `${SCRIPT} tags`,
      'docker buildx bake --file docker/docker-bake.json smoke-amd64 --metadata-file "$METADATA_FILE"',
      `${SCRIPT} login`,
      `${SCRIPT} published --arch amd64`,
      'docker buildx bake --file docker/docker-bake.json push-amd64 --metadata-file "$METADATA_FILE"',
      `${SCRIPT} pushed --arch amd64`,
    ]);
  });

  test('what is pushed is what was tested: both steps get the same values, from the tags command', () => {
    const { build: job } = build('amd64').jobs;
    const [smoke, push] = [job.steps[place(job, 'Build and smoke-test')], job.steps[place(job, 'Push')]];
    expect({ ...smoke.env, METADATA_FILE: push.env?.METADATA_FILE }).toEqual(push.env);
    expect(push.env).toEqual({
      METADATA_FILE: '${{ runner.temp }}/push.json',
      TAG: '${{ steps.tags.outputs.tag }}',
      REVISION: '${{ steps.tags.outputs.revision }}',
      CREATED: '${{ steps.tags.outputs.created }}',
      SOURCE_DATE_EPOCH: '${{ steps.tags.outputs.source-date-epoch }}',
    });
    expect(job.steps[place(job, 'Compute the tags')].id).toBe('tags');
  });

  test.each(['build', 'build-again'])('the digest of %s is the one that the push itself wrote', (id) => {
    const job = build('amd64').jobs[id];
    const [smoke, push, pushed] = ['Build and smoke-test', 'Push', 'Tell what was pushed'].map((name) => job.steps[place(job, name)]);
    expect(pushed.env).toEqual({
      PUSH_METADATA: push.env?.METADATA_FILE,
      SMOKE_METADATA: smoke.env?.METADATA_FILE,
      LAST_DIGEST: '${{ steps.published.outputs.digest }}',
    });
    expect(smoke.env?.METADATA_FILE).not.toBe(push.env?.METADATA_FILE);
    expect(job.outputs).toEqual({ digest: '${{ steps.pushed.outputs.digest }}', reference: '${{ steps.pushed.outputs.reference }}' });
    expect(pushed.id).toBe('pushed');
  });

  test('what the push will replace is looked up before it', () => {
    const { build: job } = build('amd64').jobs;
    const published = place(job, 'Look up the image of today');
    expect(published).toBeLessThan(place(job, 'Push'));
    expect(job.steps[published]).toMatchObject({ id: 'published', env: { TAG: '${{ steps.tags.outputs.tag }}' } });
  });

  test('the typed tag reaches the script as a variable', () => {
    const { build: job } = build('amd64').jobs;
    expect(job.steps[place(job, 'Compute the tags')].env?.INPUT_TAG).toBe('${{ inputs.tag }}');
  });

  test('the token that asks for git tags and times is given to the step that computes the tags, and to no other', () => {
    const withToken = (options: Partial<SpotImageProjectOptions>, job: 'launch' | 'build') =>
      build('amd64', options)
        .jobs[job].steps.filter((step) => step.env?.GITHUB_TOKEN !== undefined)
        .map((step) => step.name);
    // as nobody it would share a limit with everybody on GitHub's runners, and see no private repository
    expect(withToken({}, 'launch')).toEqual(['Compute the tags']);
    expect(withToken({}, 'build')).toEqual(['Compute the tags']);
    expect(withToken(HOSTED, 'build')).toEqual(['Compute the tags']);
  });

  test('its time-out is the one of the config', () => {
    expect(build('amd64', { pipeline: { buildTimeoutMinutes: 42 } }).jobs.build['timeout-minutes']).toBe(42);
  });
});

describe('on a runner that is kept ready', () => {
  test('there is nothing to launch or stop', () => {
    const { jobs } = build('amd64', HOSTED);
    expect(Object.keys(jobs)).toEqual(['build']);
    expect(jobs.build).toMatchObject({ 'runs-on': 'ubuntu-24.04' });
    expect(jobs.build).not.toHaveProperty('needs');
    expect(jobs.build).not.toHaveProperty('if');
  });

  test('nor to attest, to try again, or to judge; it still tells what was pushed', () => {
    const { build: job } = build('amd64', HOSTED).jobs;
    expect(commands(job).filter((command) => command.includes(' attest'))).toEqual([]);
    expect(job).not.toHaveProperty('continue-on-error');
    expect(job.outputs).toEqual(build('amd64').jobs.build.outputs);
  });

  test('buildx and BuildKit are pinned, before anything is built', () => {
    const { build: job } = build('amd64', HOSTED).jobs;
    const setup = place(job, 'Set up buildx');
    expect(setup).toBeLessThan(place(job, 'Build and smoke-test'));
    expect(job.steps[setup].with).toMatchObject({
      version: expect.stringMatching(/^v\d/),
      'driver-opts': expect.stringMatching(/^image=moby\/buildkit:v\d/),
    });
  });

  test('no AWS and no App is needed', () => {
    expect(JSON.stringify(build('amd64', HOSTED))).not.toMatch(/AWS|RUNNER_APP|spot-builders/);
  });
});

describe("with GitHub's own runner as the last resort", () => {
  const { jobs } = build('arm64', { pipeline: { hostedFallback: true } });

  test.each(['launch', 'launch-again'])(
    'what %s says decides how the builder is had, and whether there is a machine to attest',
    (launch) => {
      const job = jobs[launch === 'launch' ? 'build' : 'build-again'];
      const hosted = `needs.${launch}.outputs.market`;
      expect(jobs[launch].outputs?.market).toBe('${{ steps.launch.outputs.market }}');
      expect(job.steps[place(job, 'Attest the machine')].if).toBe(`${hosted} != 'hosted'`);
      expect(job.steps[place(job, 'Set up buildx')].if).toBe(`${hosted} == 'hosted'`);
      expect(place(job, 'Set up buildx')).toBeLessThan(place(job, 'Build and smoke-test'));
    },
  );

  test('stop runs all the same', () => {
    expect(jobs.stop.if).toBe('always()');
  });

  test('without it nothing of this is there, and every machine is attested', () => {
    const { build: job } = build('arm64').jobs;
    expect(job.steps[place(job, 'Attest the machine')]).not.toHaveProperty('if');
    expect(actions(job)).not.toContain('docker/setup-buildx-action');
  });
});

describe('under emulation', () => {
  test("the build is had like its host's, the steps are its own", () => {
    const { jobs } = build('s390x', EMULATED);
    expect(commands(jobs.launch)).toContain(`${SCRIPT} launch --arch s390x`);
    expect(commands(jobs.build)[0]).toBe(`${SCRIPT} attest --arch s390x`);
    expect(commands(jobs.build)[5]).toContain('docker buildx bake --file docker/docker-bake.json push-s390x ');
  });

  test('on a hosted host it is a hosted build', () => {
    const { jobs } = build('s390x', SELF);
    expect(Object.keys(jobs)).toEqual(['build']);
    expect(jobs.build['runs-on']).toBe('ubuntu-24.04');
  });
});

describe('triggers', () => {
  const TAG = { tag: { description: expect.any(String), required: false, type: 'string' } };

  test.each([false, true])('by hand and by another workflow, never by a push, which Publish is for: %s', (triggers) => {
    const workflow = build('amd64', { pipeline: { triggers } });
    expect(workflow.on).toEqual({
      workflow_dispatch: { inputs: TAG },
      workflow_call: {
        inputs: TAG,
        outputs: {
          digest: { description: expect.any(String), value: '${{ jobs.verdict.outputs.digest }}' },
          reference: { description: expect.any(String), value: '${{ jobs.verdict.outputs.reference }}' },
        },
      },
    });
  });

  test('what it tells its caller comes from a job that it has, and that sets it', () => {
    for (const [name, options] of [
      ['arm64', {}],
      ['amd64', HOSTED],
      ['s390x', EMULATED],
      ['s390x', SELF],
    ] as const) {
      const { on, jobs } = build(name, options);
      const { outputs } = on.workflow_call as { outputs: Record<string, { value: string }> };
      for (const [output, { value }] of Object.entries(outputs)) {
        const [, job, from] = /^\$\{\{ jobs\.([\w-]+)\.outputs\.(\w+) \}\}$/.exec(value) ?? [];
        expect(from).toBe(output);
        expect(jobs[job]?.outputs?.[from], `${name}: ${value}`).toBeDefined();
      }
    }
  });
});

describe('concurrency', () => {
  test('per architecture, tag and who started it; a branch shares the group of the tag it gives', () => {
    expect(build('arm64').concurrency).toEqual({
      group: "build-arm64-${{ github.workflow }}-${{ inputs.tag || (github.ref == 'refs/heads/master' && 'latest') || github.ref_name }}",
      'cancel-in-progress': false,
    });
  });
});

describe('AWS', () => {
  const inputs = (region: string) => {
    const { launch } = build('amd64', { pipeline: { regions: [{ name: region }] } }).jobs;
    return launch.steps[place(launch, 'Get AWS credentials')].with;
  };

  test('a role is assumed, in the first region', () => {
    expect(inputs('eu-west-1')).toMatchObject({ 'role-to-assume': '${{ vars.AWS_ROLE_ARN }}', 'aws-region': 'eu-west-1' });
    expect(inputs('eu-west-1')).not.toHaveProperty('audience');
  });

  test('China has its own audience', () => {
    expect(inputs('cn-north-1')).toMatchObject({ 'aws-region': 'cn-north-1', audience: 'sts.amazonaws.com.cn' });
  });

  test.each(['launch', 'stop'])('the credentials of %s outlive the job, but not by much', (id) => {
    const job = build('amd64').jobs[id];
    const seconds = Number(job.steps[place(job, 'Get AWS credentials')].with?.['role-duration-seconds']);
    expect(seconds).toBeGreaterThanOrEqual(60 * job['timeout-minutes']);
    expect(seconds).toBeLessThanOrEqual(1200);
  });
});

describe('time-outs of launch and stop', () => {
  test("end after the script's own deadlines, so that the script is the one to clean up", () => {
    const { launch, stop } = build('amd64').jobs;
    expect(60 * launch['timeout-minutes']).toBeGreaterThan(launchDeadlineSeconds(timeToLive(60)));
    expect(60 * stop['timeout-minutes']).toBeGreaterThan(STOP_DEADLINE_SECONDS);
  });
});

describe("another registry than GitHub's", () => {
  const { build: job } = build('amd64', { registry: 'registry.example.com' }).jobs;

  test("is opened by the repository's own settings", () => {
    expect(job.steps[place(job, 'Log in to registry.example.com')].env).toEqual({
      REGISTRY_USERNAME: '${{ vars.REGISTRY_USERNAME }}',
      REGISTRY_PASSWORD: '${{ secrets.REGISTRY_PASSWORD }}',
    });
  });

  test("takes no right of GitHub's", () => {
    expect(job.permissions).toEqual({ contents: 'read' });
  });
});

describe('the token that registers runners', () => {
  const jobs = (pipeline: object) => {
    const { launch, stop } = build('amd64', { pipeline }).jobs;
    return [launch, stop];
  };
  const app = (job: ReturnType<typeof jobs>[number]) => job.steps.find(({ uses }) => uses?.startsWith('actions/create-github-app-token@'));
  const env = (job: ReturnType<typeof jobs>[number]) => job.steps[job.steps.length - 1].env;

  test('comes from an App, with the one right it takes', () => {
    for (const job of jobs({})) {
      const permissions = Object.entries(app(job)?.with ?? {}).filter(([name]) => name.startsWith('permission-'));
      expect(permissions).toEqual([['permission-administration', 'write']]);
      expect(env(job)).toMatchObject({ RUNNER_TOKEN: '${{ steps.app.outputs.token }}' });
    }
  });

  test("in a group of the organisation is the owner's, and has no right at the repository", () => {
    for (const job of jobs({ runnerGroup: 'builders' })) {
      expect(app(job)?.with).toMatchObject({ owner: '${{ github.repository_owner }}' });
      const permissions = Object.entries(app(job)?.with ?? {}).filter(([name]) => name.startsWith('permission-'));
      expect(permissions).toEqual([['permission-organization-self-hosted-runners', 'write']]);
    }
  });

  test('may be a stored one, which no other job gets', () => {
    const stored = { runnerToken: 'secret' };
    for (const job of jobs(stored)) {
      expect(app(job)).toBeUndefined();
      expect(job.environment).toBe('spot-builders');
      expect(env(job)).toMatchObject({ RUNNER_TOKEN: '${{ secrets.RUNNER_TOKEN }}' });
    }
    const all = Object.entries(build('amd64', { pipeline: stored }).jobs);
    for (const [id, job] of all)
      if (!['launch', 'stop', 'launch-again', 'stop-again'].includes(id)) expect(JSON.stringify(job)).not.toContain('RUNNER_TOKEN');
  });
});

describe('the defence outside', () => {
  const roles = (pipeline: object) => {
    const { launch, stop } = build('amd64', { pipeline }).jobs;
    return [launch, stop].map((job) => job.steps[job.steps.length - 1].env?.SCHEDULER_ROLE_ARN);
  };

  test('has its role in the commands that launch and stop', () => {
    expect(roles({})).toEqual(['${{ vars.AWS_SCHEDULER_ROLE_ARN }}', '${{ vars.AWS_SCHEDULER_ROLE_ARN }}']);
  });

  test.each([
    ['the config wants none', { endBySchedule: false }],
    ['no region has it', { regions: [{ name: 'us-east-9' }] }],
  ])('is not there where %s', (_why, pipeline) => {
    expect(roles(pipeline)).toEqual([undefined, undefined]);
    const config = imageConfig({ pipeline });
    expect(buildWorkflow(config, row(config, 'amd64')).description).not.toContain('SCHEDULER');
  });

  test('is among the settings that the file names', () => {
    const named = (pipeline: object) => {
      const config = imageConfig({ pipeline });
      return /Settings, of the environment.*/.exec(buildWorkflow(config, row(config, 'amd64')).description)?.[0];
    };
    expect(named({})).toBe(
      'Settings, of the environment spot-builders: the variables AWS_ROLE_ARN, AWS_SCHEDULER_ROLE_ARN and RUNNER_APP_CLIENT_ID, the secret RUNNER_APP_PRIVATE_KEY.',
    );
    expect(named({ runnerToken: 'secret', endBySchedule: false })).toBe(
      'Settings, of the environment spot-builders: the variable AWS_ROLE_ARN, the secret RUNNER_TOKEN.',
    );
  });
});
