/**
 * `plan`, `setup` and `doctor` as people call them: the bundled script as a process of its
 * own, the real SDKs in it, an emulator of AWS, a registry, and a stand-in for GitHub.
 */
import {
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../../src/core/doctor/finding';
import { sdkAccount } from '../../../src/runtime/edges/account-sdk';
import { sdkEc2 } from '../../../src/runtime/edges/ec2-sdk';
import { restSettings } from '../../../src/runtime/edges/github-settings';
import { httpRegistry } from '../../../src/runtime/edges/registry-access';
import { type AwsProxy, startAwsProxy } from '../../models/aws-proxy';
import { API_TOKEN } from '../../models/github-api';
import { type HttpServer, startHttp } from '../../models/http';
import { writeScript } from '../../models/script';
import { imageConfig } from '../../support/config';
import { type Moto, type Registry, run, startMoto, startRegistry, temporaryFolder } from '../index';

const AWS_KEYS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'the-secret-key-of-aws',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

let moto: Moto;
let aws: AwsProxy;
let registry: Registry;
let github: HttpServer;
let script: string;
/** `METHOD path` that GitHub was asked, and statuses to answer instead. */
const asked: string[] = [];
const faults: Record<string, number> = {};

/** GitHub's settings of the repository, and its token service. */
function startSettings(): Promise<HttpServer> {
  const answers: Record<string, [status: number, body?: unknown]> = {
    'GET /repos/dianplus/tomcat': [200, { id: 42, private: false, owner: { id: 7 } }],
    'GET /repos/dianplus/tomcat/actions/runners': [200, { total_count: 2, runners: [] }],
    'DELETE /repos/dianplus/tomcat/actions/runners/0': [404, { message: 'Not Found' }],
    'GET /repos/dianplus/tomcat/environments/spot-builders': [
      200,
      { protection_rules: [{ type: 'branch_policy' }], deployment_branch_policy: { custom_branch_policies: true } },
    ],
    'GET /repos/dianplus/tomcat/actions/workflows/reap-runners.yml': [200, { state: 'active' }],
    'GET /token': [
      200,
      {
        value: `x.${Buffer.from(JSON.stringify({ sub: 'repo:dianplus@7/tomcat@42:environment:spot-builders', aud: 'sts.amazonaws.com' })).toString('base64url')}.the-signature`,
      },
    ],
  };
  return startHttp(async (request, response) => {
    const line = `${request.method} ${new URL(request.url ?? '/', 'http://localhost').pathname}`;
    asked.push(line);
    const [status, body] = faults[line]
      ? [faults[line], { message: 'injected fault' }]
      : (answers[line] ?? [404, { message: 'Not Found' }]);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

beforeAll(async () => {
  [moto, registry, github] = await Promise.all([startMoto(), startRegistry(), startSettings()]);
  aws = await startAwsProxy(moto.url);
  script = writeScript(temporaryFolder('doctor-story'), imageConfig({ registry: new URL(registry.url).host }));
  Object.assign(process.env, AWS_KEYS, { AWS_ENDPOINT_URL: moto.url });
});

beforeEach(async () => {
  await moto.reset();
  aws.calls.splice(0);
  asked.splice(0);
  aws.refuse = () => undefined;
  for (const line of Object.keys(faults)) delete faults[line];
});

afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(AWS_KEYS)]) delete process.env[name];
  await Promise.all([github?.stop(), aws?.stop(), registry?.stop()]);
  await moto?.stop();
});

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    AWS_ACCESS_KEY_ID: AWS_KEYS.AWS_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: AWS_KEYS.AWS_SECRET_ACCESS_KEY,
    AWS_ENDPOINT_URL: aws.url,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'dianplus/tomcat',
    GITHUB_TOKEN: API_TOKEN,
    RUNNER_TOKEN: API_TOKEN,
    SCHEDULER_ROLE_ARN: 'arn:aws:iam::123456789012:role/spot-dianplus-tomcat-scheduler',
    REGISTRY_USERNAME: 'robot',
    REGISTRY_PASSWORD: 'the-password-of-the-registry',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?x=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-token-for-tokens',
  };
}

const spotImage = (...args: string[]) => run(process.execPath, [script, ...args], { env: environment(), allowFailure: true });

describe('plan', () => {
  test('shows what the emulated region has, by looks alone', async () => {
    const { code, stdout, output } = await spotImage('plan', '--arch', 'amd64', '--json');
    expect(code, output).toBe(0);
    const [{ table }] = JSON.parse(stdout).sections;
    expect(table.candidates.length).toBeGreaterThan(10);
    // the emulator has one price for everything
    expect(table.candidates[0].spot).toMatchObject({ value: 0.00001, currency: 'USD', unit: 'hour' });
    expect(table.candidates[0]).toMatchObject({
      type: expect.stringMatching(/\.large$/),
      vcpus: 2,
      zone: expect.stringMatching(/^us-east-1[a-f]$/),
    });
    const actions = aws.calls.map(({ action }) => action).sort();
    expect([...new Set(actions)]).toEqual([
      'DescribeInstanceTypeOfferings',
      'DescribeInstanceTypes',
      'DescribeSpotPriceHistory',
      'DescribeSubnets',
    ]);
  });
});

describe('setup', () => {
  test('makes two templates, with the tag that the policy asks for, and then none', async () => {
    const first = await spotImage('setup');
    expect(first.code, first.output).toBe(0);
    const made = aws.calls
      .filter(({ action }) => action === 'CreateLaunchTemplate')
      .map(({ parameters }) => Object.fromEntries(parameters));
    expect(made).toHaveLength(2);
    for (const sent of made)
      expect(sent).toMatchObject({
        'TagSpecification.1.ResourceType': 'launch-template',
        'TagSpecification.1.Tag.1.Key': 'spot-image:template',
        'TagSpecification.1.Tag.1.Value': sent.LaunchTemplateName,
      });
    aws.calls.splice(0);
    await spotImage('setup');
    expect(aws.calls.map(({ action }) => action)).toEqual(['DescribeLaunchTemplates', 'DescribeLaunchTemplates']);
  });
});

describe('doctor', () => {
  const doctor = async (...args: string[]) => {
    const result = await spotImage('doctor', '--json', ...args);
    const checks = (JSON.parse(result.stdout) as { checks: Check[] }).checks;
    return { ...result, checks, verdict: (name: string) => checks.find((one) => one.name === name)?.verdict };
  };

  test('sees what the emulators have', async () => {
    await spotImage('setup');
    const { checks, output } = await doctor();
    const fine = checks.filter(({ verdict }) => verdict === 'fine').map(({ name }) => name);
    expect(fine, output).toEqual(
      expect.arrayContaining([
        'credentials',
        'claim of the job',
        "scheduler's role",
        'us-east-1 subnets',
        'us-east-1 security groups',
        'us-east-1 amd64 instance types',
        'us-east-1 amd64 image',
        'us-east-1 amd64 launch template',
        'us-east-1 amd64 RunInstances spot',
        'us-east-1 DescribeInstances',
        'runner registration',
        'Environment spot-builders',
        'schedule of the reaper',
        `push to ${new URL(registry.url).host}`,
      ]),
    );
  });

  test('launches, makes, registers and pushes nothing', async () => {
    await doctor();
    // SSM and Service Quotas name their action elsewhere; their client can only get
    const changes = aws.calls.filter(({ action }) => !/^(?:Describe|Get|unknown)/.test(action));
    expect(changes.length).toBeGreaterThan(3);
    for (const { action, parameters } of changes) expect(parameters.get('DryRun'), action).toBe('true');
    expect(await sdkEc2('us-east-1').instances({})).toEqual([]);
    expect(asked.filter((line) => !line.startsWith('GET') && line !== 'DELETE /repos/dianplus/tomcat/actions/runners/0')).toEqual([]);
  });

  test('names the statement that a role lacks, and fails', async () => {
    aws.refuse = (action) => (action === 'RunInstances' ? 'UnauthorizedOperation' : undefined);
    const { code, checks } = await doctor('--only', 'aws');
    expect(code).toBe(1);
    const lacking = checks.find(({ name }) => name === 'us-east-1 arm64 RunInstances spot');
    expect(lacking).toMatchObject({ verdict: 'missing', mend: expect.stringContaining('LaunchOwnMachines') });
  });

  test('tells an App that may look from one that may register', async () => {
    faults['DELETE /repos/dianplus/tomcat/actions/runners/0'] = 403;
    const { code, checks } = await doctor('--only', 'github');
    expect(code).toBe(1);
    expect(checks[0]).toMatchObject({ verdict: 'missing', mend: expect.stringContaining('Administration: Read and write') });
  });

  test('prints no secret', async () => {
    faults['GET /repos/dianplus/tomcat'] = 500;
    const runs = [await spotImage('doctor'), await spotImage('doctor', '--json'), await spotImage('plan')];
    const { RUNNER_TOKEN, REGISTRY_PASSWORD, AWS_SECRET_ACCESS_KEY, ACTIONS_ID_TOKEN_REQUEST_TOKEN } = environment();
    for (const { output } of runs) {
      for (const secret of [RUNNER_TOKEN, REGISTRY_PASSWORD, AWS_SECRET_ACCESS_KEY, ACTIONS_ID_TOKEN_REQUEST_TOKEN, 'the-signature'])
        expect(output).not.toContain(secret);
    }
  });
});

describe('the edges', () => {
  test('see routes, free addresses, groups, sizes and images of the emulated account', async () => {
    const account = sdkAccount('us-east-1');
    const subnets = await account.subnets([]);
    expect(subnets.length).toBeGreaterThan(3);
    expect(subnets[0]).toMatchObject({ free: expect.any(Number), vpc: expect.stringMatching(/^vpc-/) });
    expect(await account.subnets([subnets[0].id])).toHaveLength(1);
    await expect(account.subnets(['subnet-00000000'])).rejects.toMatchObject({ code: 'InvalidSubnetID.NotFound' });
    expect(await account.securityGroups([], subnets[0].vpc)).toEqual([
      { id: expect.stringMatching(/^sg-/), vpc: subnets[0].vpc, ingress: [] },
    ]);
    expect(await account.instanceTypes(['c7g.large', 'nothing.large'])).toEqual([{ type: 'c7g.large', vcpus: 2, memoryMib: 4096 }]);
    expect(await account.parameter('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64')).toMatch(/^ami-/);
    await expect(account.parameter('/no/such')).rejects.toMatchObject({ code: 'ParameterNotFound' });
    expect((await account.caller()).account).toMatch(/^[0-9]{12}$/);
  });

  test('see whether a subnet reaches the internet, and whom a group lets in', async () => {
    const account = sdkAccount('us-east-1');
    const ec2 = new EC2Client({ region: 'us-east-1' });
    const [{ vpc, wayOut }] = await account.subnets([]);
    expect(wayOut).toBeUndefined();
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const gateway = { InternetGatewayId: InternetGateway?.InternetGatewayId ?? '' };
    await ec2.send(new AttachInternetGatewayCommand({ ...gateway, VpcId: vpc }));
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
    const table = { RouteTableId: RouteTables?.[0].RouteTableId };
    await ec2.send(new CreateRouteCommand({ ...table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway.InternetGatewayId }));
    expect((await account.subnets([])).map((subnet) => subnet.wayOut)).toEqual(expect.arrayContaining([gateway.InternetGatewayId]));

    const [{ id }] = await account.securityGroups([], vpc);
    const [own] = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: id }] }];
    const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [own, ssh] }));
    expect((await account.securityGroups([id], vpc))[0].ingress).toEqual(['0.0.0.0/0 tcp 22']);
  });

  test('look for runners at the repository, or at the organisation that has the group', async () => {
    faults['GET /orgs/dianplus/actions/runners'] = 403;
    faults['DELETE /orgs/dianplus/actions/runners/0'] = 403;
    const settings = restSettings({ url: github.url, token: API_TOKEN, repository: 'dianplus/tomcat' });
    expect([await settings.runners('repository'), await settings.mayRemoveRunners('repository')]).toEqual([2, true]);
    await expect(settings.runners('organisation')).rejects.toMatchObject({ status: 403 });
    expect(await settings.mayRemoveRunners('organisation')).toBe(false);
  });

  test('see that a registry takes a push, and leave nothing there', async () => {
    const access = httpRegistry(new URL(registry.url).host);
    expect(await access.push('dianplus/new', { username: 'a', password: 'b' })).toBe('granted');
    expect(await access.pull('dianplus/new', undefined)).toEqual({ unclear: 'HTTP 404' });
    const { repositories } = (await (await fetch(`${registry.url}/v2/_catalog`)).json()) as { repositories: string[] };
    expect(repositories).toEqual([]);
  });

  test('see that a registry with a token service grants, and denies', async () => {
    let allow = true;
    const seen: string[] = [];
    const server = await startHttp(async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/token') {
        seen.push(`${url.searchParams.get('scope')} ${request.headers.authorization ? 'login' : 'nobody'}`);
        return void response.writeHead(allow ? 200 : 403).end(JSON.stringify({ token: 'T' }));
      }
      if (request.headers.authorization !== 'Bearer T')
        return void response.writeHead(401, { 'www-authenticate': `Bearer realm="${server.url}/token",service="s"` }).end();
      response.writeHead(request.method === 'POST' ? 202 : 200, { location: '/v2/upload/1' }).end('{}');
    });
    const access = httpRegistry(new URL(server.url).host);
    expect(await access.pull('a/b', undefined)).toBe('granted');
    expect(await access.push('a/b', { username: 'u', password: 'p' })).toBe('granted');
    allow = false;
    expect(await access.pull('a/b', undefined)).toBe('denied');
    expect(seen).toEqual(['repository:a/b:pull nobody', 'repository:a/b:pull,push login', 'repository:a/b:pull nobody']);
    await server.stop();
  });
});
