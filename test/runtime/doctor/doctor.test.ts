import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/core/doctor/finding';
import { RUNNER_RELEASE } from '../../../src/core/guest-tools';
import { repositoryTags } from '../../../src/core/identity';
import { GitHubError } from '../../../src/runtime/edges/github';
import { TestWorld, testConfig } from '../../models/context';

const ROLE = 'arn:aws:iam::123456789012:role/spot-dianplus-tomcat-scheduler';

interface Report {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

const LOGIN = { REGISTRY_USERNAME: 'robot', REGISTRY_PASSWORD: 'the-password-of-the-registry' };

/** A world in which nothing is missing. */
function healthy(options: Parameters<typeof testConfig>[0] = {}): TestWorld {
  const world = new TestWorld();
  world.config = testConfig(options);
  world.env = { ...world.env, ...LOGIN, GITHUB_TOKEN: 'ghs_token-of-the-job', SCHEDULER_ROLE_ARN: ROLE };
  for (const { name } of world.config.regions) world.ec2(name).add(repositoryTags('dianplus/tomcat'), 'terminated');
  return world;
}

async function doctor(world: TestWorld, ...args: string[]) {
  const run = await world.run('doctor', '--json', ...args);
  const report = JSON.parse(run.stdout) as Report;
  const verdicts = (verdict: Check['verdict']) => report.checks.filter((one) => one.verdict === verdict).map(({ name }) => name);
  return { ...run, report, missing: verdicts('missing'), unknown: verdicts('unknown') };
}

describe('doctor', () => {
  it('finds nothing in the way where everything is there, but for templates that the first launch makes', async () => {
    const { code, report, missing, unknown } = await doctor(healthy());
    expect([code, report.healthy, missing]).toEqual([0, true, []]);
    expect(unknown).toEqual(['us-east-1 amd64 launch template', 'us-east-1 arm64 launch template']);
    expect(report.checks.length).toBeGreaterThan(20);
  });

  it("knows the repository from the image's source outside of Actions", async () => {
    const world = healthy({ source: 'https://github.com/dianplus/images' });
    world.env = { ...world.env, GITHUB_REPOSITORY: undefined };
    await doctor(world);
    expect(world.account().rehearsals.find(({ action }) => action === 'CreateFleet')).toMatchObject({
      request: { tags: repositoryTags('dianplus/images') },
    });
  });

  it('tells a statement that several checks lack once', async () => {
    const world = healthy();
    world.account().refused.CreateLaunchTemplate = 'UnauthorizedOperation';
    const { stdout } = await world.run('doctor');
    expect(stdout.match(/^✗ us-east-1 (?:amd64|arm64) CreateLaunchTemplate/gm)).toHaveLength(2);
    expect(stdout.match(/"Sid":"MakeOwnTemplates"/g)).toHaveLength(1);
  });

  it('changes nothing', async () => {
    const world = healthy();
    await doctor(world);
    expect(world.ec2().calls.filter((call) => !/^(?:subnets|offerings|hasTemplate|instances)$/.test(call))).toEqual([]);
    expect([world.ec2().templates.size, world.ec2().requests, world.github.calls]).toEqual([0, [], ['runnerReleases']]);
  });

  it('tries what a launch does: tags of the repository, a type that is offered, both markets, since a build that Spot took back is made again on demand', async () => {
    const world = healthy();
    await doctor(world);
    const launches = world.account().rehearsals.flatMap((what) => ('request' in what ? [[what.action, what.request] as const] : []));
    expect(launches.map(([action, { market }]) => `${action} ${market}`).sort()).toEqual([
      ...Array(2).fill('CreateFleet on-demand'),
      ...Array(2).fill('CreateFleet spot'),
      ...Array(2).fill('RunInstances on-demand'),
      ...Array(2).fill('RunInstances spot'),
    ]);
    for (const [, request] of launches) expect(request.tags).toMatchObject(repositoryTags('dianplus/tomcat'));
  });

  it.each<[string, (world: TestWorld) => unknown, string]>([
    [
      'RunInstances',
      (world) => Object.assign(world.account().refused, { RunInstances: 'UnauthorizedOperation' }),
      'us-east-1 amd64 RunInstances spot',
    ],
    [
      'TerminateInstances',
      (world) => Object.assign(world.account().refused, { TerminateInstances: 'UnauthorizedOperation' }),
      'us-east-1 TerminateInstances',
    ],
    [
      'the Spot role',
      (world) => Object.assign(world.account().refused, { CreateFleet: 'AuthFailure.ServiceLinkedRoleCreationNotPermitted' }),
      'us-east-1 amd64 Spot role',
    ],
    ['credentials', (world) => Object.assign(world.account().refused, { GetCallerIdentity: 'CredentialsProviderError' }), 'credentials'],
    [
      'an SSM permission',
      (world) => Object.assign(world.account().refused, { GetParameter: 'AccessDeniedException' }),
      'us-east-1 amd64 image',
    ],
    ["the scheduler's role", (world) => Object.assign(world.env, { SCHEDULER_ROLE_ARN: '' }), "scheduler's role"],
    ['vCPUs on demand', (world) => Object.assign(world.account().quotas, { 'L-1216C47A': 3 }), 'us-east-1 on-demand quota'],
    [
      'a runner that GitHub takes',
      (world) => {
        world.github.releases = [{ version: '2.999.0', released: RUNNER_RELEASE.released }, RUNNER_RELEASE];
        world.clock.jump(Date.parse(RUNNER_RELEASE.released) + 100 * 86_400_000);
      },
      'runner release',
    ],
    ['vCPUs', (world) => Object.assign(world.account().quotas, { 'L-34B43A08': 3 }), 'us-east-1 Spot quota'],
    ['a route', (world) => world.account().network.splice(0, 1, { ...world.account().network[0], wayOut: undefined }), 'us-east-1 way out'],
    [
      'a shut door',
      (world) => world.account().groups.splice(0, 1, { id: 'sg-1', vpc: 'vpc-1', ingress: ['0.0.0.0/0 tcp 22'] }),
      'us-east-1 security groups',
    ],
    ["the App's right", (world) => Object.assign(world.probes, { mayRemove: false }), 'runner registration'],
    ['the Environment', (world) => Object.assign(world.probes, { environment: undefined }), 'Environment spot-builders'],
    ['the schedule', (world) => Object.assign(world.probes, { workflow: 'disabled_inactivity' }), 'schedule of the reaper'],
    [
      'the claim',
      (world) => Object.assign(world.probes, { claim: { sub: 'repo:dianplus/tomcat:ref:refs/heads/x', aud: 'sts.amazonaws.com' } }),
      'claim of the job',
    ],
    ['a push', (world) => Object.assign(world.probes, { pushes: 'denied' }), 'push to ghcr.io'],
    [
      'a public package',
      (world) => Object.assign(world.probes, { pulls: { nobody: 'denied', login: 'granted' } }),
      'pull ghcr.io/dianplus/tomcat',
    ],
  ])('fails, with the mend, without %s', async (_what, take, name) => {
    const world = healthy();
    take(world);
    const { code, report, missing } = await doctor(world);
    expect(code).toBe(1);
    expect(missing).toContain(name);
    expect(report.checks.find((one) => one.name === name)?.mend).toMatch(/\w/);
  });

  it('makes all other checks if one thing does not answer', async () => {
    const all = (await doctor(healthy())).report.checks.map(({ name }) => name);
    const world = healthy();
    Object.assign(world.account().refused, { GetServiceQuota: 'TimeoutError', DescribeSecurityGroups: 'InternalError' });
    world.probes.gitHubFailure = new GitHubError(502, 'GET /', 'Bad Gateway');
    const { report, unknown, code } = await doctor(world);
    expect(report.checks.map(({ name }) => name)).toEqual(all);
    expect(unknown).toEqual(
      expect.arrayContaining(['us-east-1 Spot quota', 'us-east-1 security groups', 'runner registration', 'Environment spot-builders']),
    );
    expect(code).toBe(1);
  });

  it('does not fail for something unknown that the pipeline can do without', async () => {
    const world = healthy();
    Object.assign(world.account().refused, { GetServiceQuota: 'TimeoutError' });
    const { code, unknown } = await doctor(world);
    expect(unknown).toContain('us-east-1 Spot quota');
    expect(code).toBe(0);
  });

  it('still tells all, and fails, where AWS knows nobody', async () => {
    const world = healthy();
    for (const action of [
      'GetCallerIdentity',
      'DescribeSubnets',
      'DescribeSecurityGroups',
      'GetServiceQuota',
      'DescribeInstanceTypes',
      'GetParameter',
      'CreateLaunchTemplate',
    ])
      world.account().refused[action] = 'CredentialsProviderError';
    world.ec2().before = () => {
      throw world.ec2().refusal('CredentialsProviderError');
    };
    const { code, missing, unknown } = await doctor(world, '--only', 'aws');
    expect(code).toBe(1);
    expect(missing).toEqual(['credentials']);
    expect(unknown.length).toBeGreaterThan(8);
  });

  it('asks for no public parameter where the config has an image of its own, and launches that', async () => {
    const world = healthy({ architectures: [{ name: 'amd64', spot: { ami: 'ami-0123456789abcdef0' } }] });
    const { code, report } = await doctor(world);
    expect(code).toBe(0);
    expect(report.checks.map(({ name }) => name)).not.toContain('us-east-1 amd64 image');
    expect(world.account().calls).not.toContain('GetParameter');
    const images = world.account().rehearsals.flatMap((what) => ('request' in what ? [what.request.image] : []));
    expect([...new Set(images)]).toEqual(['ami-0123456789abcdef0']);
  });

  it('says nothing of a role for schedules where the config wants none', async () => {
    const world = healthy({ pipeline: { endBySchedule: false } });
    world.env.SCHEDULER_ROLE_ARN = undefined;
    const { code, report } = await doctor(world);
    expect([code, report.checks.some(({ name }) => name === "scheduler's role")]).toEqual([0, false]);
  });

  it('asks for the right of the organisation where runners are registered in its group', async () => {
    const world = healthy({ pipeline: { runnerGroup: 'builders' } });
    world.probes.mayRemove = false;
    const { report } = await doctor(world);
    expect(world.probes.places).toEqual(['organisation', 'organisation']);
    expect(report.checks.find(({ name }) => name === 'runner registration')?.mend).toContain('Self-hosted runners: Read and write');
  });

  it('looks at one area alone', async () => {
    const world = healthy();
    const { report } = await doctor(world, '--only', 'registry');
    expect([...new Set(report.checks.map(({ area }) => area))]).toEqual(['registry']);
    expect([...world.accounts.keys()]).toEqual([]);
  });

  it('asks for no account where nothing is built on EC2', async () => {
    const world = healthy({ architectures: [{ name: 'amd64', hosted: {} }] });
    const { report, code } = await doctor(world);
    expect([code, [...new Set(report.checks.map(({ area }) => area))]]).toEqual([0, ['registry']]);
  });

  it('looks at every region, and in one of China knows the other names', async () => {
    const world = healthy({ pipeline: { regions: [{ name: 'cn-north-1' }, { name: 'cn-northwest-1' }] } });
    for (const { name } of world.config.regions) world.account(name).arn = 'arn:aws-cn:sts::123456789012:assumed-role/spot/x';
    world.probes.claim = { sub: 'repo:dianplus/tomcat:environment:spot-builders', aud: 'sts.amazonaws.com.cn' };
    world.env.SCHEDULER_ROLE_ARN = ROLE.replace('arn:aws:', 'arn:aws-cn:');
    const { code, report } = await doctor(world);
    expect(code).toBe(0);
    expect(report.checks.some(({ name }) => name.startsWith('cn-northwest-1 '))).toBe(true);
  });

  it('counts the biggest type of each architecture against the quota', async () => {
    const world = healthy();
    world.account().vcpus = (type) => (type.startsWith('m') ? 4 : 2);
    const { report } = await doctor(world);
    expect(report.checks.find(({ name }) => name === 'us-east-1 Spot quota')?.found).toContain('take 8');
  });

  it('prints no secret, even if a message has it', async () => {
    const world = healthy();
    world.probes.gitHubFailure = new GitHubError(400, 'GET /', `token ${world.env.RUNNER_TOKEN} is odd`);
    world.env.GITHUB_STEP_SUMMARY = undefined;
    for (const args of [[], ['--json']]) {
      const { stdout, stderr } = await world.run('doctor', ...args);
      for (const secret of [world.env.RUNNER_TOKEN, world.env.GITHUB_TOKEN, LOGIN.REGISTRY_PASSWORD])
        expect(stdout + stderr).not.toContain(secret);
      expect(stdout).toContain('***');
    }
  });

  it('tells people what is missing and how to mend it, below a mark', async () => {
    const world = healthy();
    world.account().refused.RunInstances = 'UnauthorizedOperation';
    const { stdout } = await world.run('doctor');
    expect(stdout).toMatch(/^✓ credentials +account 123456789012/m);
    expect(stdout).toMatch(/^✗ us-east-1 amd64 RunInstances spot .*denied.*\n {4}→ .*LaunchOwnMachines/m);
    expect(stdout).toMatch(/"Sid":"LaunchOwnMachines"/);
    expect(stdout).toMatch(/missing.*The pipeline cannot run as it is\.\n$/);
  });
});
