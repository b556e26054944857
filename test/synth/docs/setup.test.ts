import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTags } from '../../../src/core/identity';
import { scheduleName } from '../../../src/core/runner/schedule';
import {
  permissionPolicy,
  schedulerPolicy,
  schedulerRoleName,
  schedulerTrustPolicy,
  subjects,
  trustPolicy,
} from '../../../src/synth/docs/aws-policies';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { imageConfig, openRestyConfig } from '../../support/config';
import { CONFIGS } from './configs';
import { read } from './markdown-reader';

interface Statement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

function statements(policy: object): Statement[] {
  return (policy as { Statement: Statement[] }).Statement;
}

describe('the trust policy', () => {
  it('trusts this repository in this Environment, in both forms that GitHub writes', () => {
    const config = imageConfig({ source: 'https://github.com/DianPlus/images', pipeline: { environment: 'builders' } });
    expect(subjects(config)).toEqual([
      'repo:DianPlus/images:environment:builders',
      'repo:DianPlus@OWNER_ID/images@REPOSITORY_ID:environment:builders',
    ]);
    const [{ Condition }] = statements(trustPolicy(config));
    expect(Object.keys(Condition ?? {})).toEqual(['StringEquals', 'StringEqualsIgnoreCase']);
    expect(JSON.stringify(Condition)).not.toContain('*');
  });

  it("takes the registry's names where the source is not on GitHub", () => {
    expect(subjects(imageConfig({ source: 'https://git.example.com/a/b' }))[0]).toBe('repo:dianplus/tomcat:environment:spot-builders');
  });

  it('is of the partition of the regions', () => {
    const china = JSON.stringify(trustPolicy(CONFIGS['every kind, in China']));
    expect(china).toContain('arn:aws-cn:iam::');
    expect(china).toContain('sts.amazonaws.com.cn');
  });
});

describe('the permissions', () => {
  it('end only machines that bear the tag which the launch gives them', () => {
    const config = openRestyConfig();
    const end = statements(permissionPolicy(config)).find(({ Action }) => Action.includes('ec2:TerminateInstances'));
    const tags = runTags({ repository: 'dianplus/openresty', runId: '1', architecture: 'amd64' });
    const [[key, value]] = Object.entries(end?.Condition?.StringEqualsIgnoreCase ?? {});
    expect(tags[key.replace('aws:ResourceTag/', '')]).toBe(value);
    expect(end?.Resource).toMatch(/:instance\/\*$/);
  });

  it('launch in the regions of the config only, and tag only what is being launched', () => {
    const all = statements(permissionPolicy(CONFIGS['every kind, in China']));
    const launch = all.find(({ Action }) => Action.includes('ec2:CreateFleet'));
    expect(launch?.Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': ['cn-north-1', 'cn-northwest-1'] } });
    expect(all.find(({ Action }) => Action === 'ec2:CreateTags')?.Condition?.StringEquals).toHaveProperty(['ec2:CreateAction']);
    for (const statement of all) expect(statement.Condition ?? statement.Sid).not.toBe('Launch');
  });

  it('allow every call that the script makes to EC2, and the launch that a fleet does by itself', () => {
    const edge = readFileSync(join(__dirname, '../../../src/runtime/edges/ec2-sdk.ts'), 'utf8');
    const calls = [...new Set([...edge.matchAll(/new ([A-Z]\w+)Command\(/g)].map(([, call]) => `ec2:${call}`))];
    expect(calls.length).toBeGreaterThan(5);
    const allowed = statements(permissionPolicy(openRestyConfig())).flatMap(({ Action }) => Action);
    expect(allowed).toEqual(expect.arrayContaining([...calls, 'ec2:RunInstances']));
    expect(allowed.filter((action) => action.startsWith('ec2:') && !calls.includes(action)).sort()).toEqual([
      'ec2:CreateTags',
      'ec2:RunInstances',
    ]);
  });

  it('allow every call that the script makes to EventBridge Scheduler, and only for schedules of this repository', () => {
    const edge = readFileSync(join(__dirname, '../../../src/runtime/edges/scheduler-sdk.ts'), 'utf8');
    const calls = [...new Set([...edge.matchAll(/new ([A-Z]\w+)Command\(/g)].map(([, call]) => `scheduler:${call}`))].sort();
    const all = statements(permissionPolicy(openRestyConfig({ source: 'https://github.com/DianPlus/OpenResty' })));
    const allowed = all.flatMap(({ Action }) => Action).filter((action) => action.startsWith('scheduler:'));
    expect(allowed.sort()).toEqual(calls);
    const plan = all.find(({ Action }) => Action.includes('scheduler:CreateSchedule'));
    const [resource] = plan?.Resource ?? [];
    expect(resource).toMatch(/^arn:aws:scheduler:us-east-1:ACCOUNT_ID:schedule\/default\/spot-[0-9a-f]+-\*$/);
    const mine = scheduleName('dianplus/openresty', 'i-0123456789abcdef0');
    expect(`arn:aws:scheduler:us-east-1:ACCOUNT_ID:schedule/default/${mine}`.startsWith(resource.slice(0, -1))).toBe(true);
  });

  it('pass to schedules one role, which ends machines of this repository and nothing else', () => {
    const config = openRestyConfig();
    const all = statements(permissionPolicy(config));
    const pass = all.find(({ Action }) => Action === 'iam:PassRole');
    expect(pass?.Resource).toBe(`arn:aws:iam::ACCOUNT_ID:role/${schedulerRoleName(config)}`);
    expect(pass?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    const [end, ...more] = statements(schedulerPolicy(config));
    const own = all.find(({ Sid }) => Sid === 'EndOnlyOwnMachines');
    expect([end.Action, end.Resource, end.Condition, more]).toEqual(['ec2:TerminateInstances', own?.Resource, own?.Condition, []]);
    expect(JSON.stringify(schedulerTrustPolicy())).toContain('"aws:SourceAccount":"ACCOUNT_ID"');
  });

  it('remove only what bears the tag of this repository', () => {
    const all = statements(permissionPolicy(openRestyConfig()));
    const own = all.find(({ Sid }) => Sid === 'EndOnlyOwnMachines');
    for (const action of ['ec2:DeleteLaunchTemplate', 'ec2:DeleteVolume'])
      expect(all.find(({ Action }) => Action.includes(action))?.Condition).toEqual(own?.Condition);
  });

  it('say nothing of schedules where the config wants none', () => {
    const config = openRestyConfig({ pipeline: { endBySchedule: false } });
    expect(JSON.stringify(permissionPolicy(config))).not.toMatch(/scheduler|PassRole/);
    expect(renderDocuments(config)['.github/setup.md']).not.toMatch(/schedul/i);
  });

  it('stand in the guide as JSON that can be copied', () => {
    const fences = read(renderDocuments(CONFIGS.DianPlus)['.github/setup.md']).fences.filter(({ language }) => language === 'json');
    expect(fences.map(({ lines }) => JSON.parse(lines.join('\n')) as object)).toEqual([
      trustPolicy(CONFIGS.DianPlus),
      permissionPolicy(CONFIGS.DianPlus),
      schedulerTrustPolicy(),
      schedulerPolicy(CONFIGS.DianPlus),
    ]);
  });
});

describe('the guide', () => {
  const guide = (name: string) => renderDocuments(CONFIGS[name])['.github/setup.md'];

  it('asks for no AWS account where nothing is built on Spot', () => {
    expect(guide('hosted only')).toContain('No AWS account is needed');
    expect(guide('hosted only')).not.toMatch(/AWS_ROLE_ARN|GitHub App|aws iam/);
    expect(guide('hosted only')).toMatch(/^## 1\. Settings/m);
  });

  it('tells that packages on GitHub begin private, the cache among them, where there are any', () => {
    expect(guide('DianPlus')).toContain('`openresty-cache`');
    expect(guide('every kind, in China')).not.toContain('-cache');
    expect(guide('ZooKeeper for one architecture, elsewhere')).not.toContain('Packages on GitHub');
  });

  it('counts the vCPUs that all builds take at once against the quota of a new account', () => {
    expect(guide('DianPlus')).toContain('takes 4.\n');
    const large = openRestyConfig({
      architectures: [
        { name: 'amd64', spot: { size: 'xlarge' } },
        { name: 'arm64', spot: { size: '2xlarge' } },
      ],
    });
    expect(renderDocuments(large)['.github/setup.md']).toContain('takes 12. Ask AWS for more');
  });

  it('says of China that it was not run there', () => {
    expect(guide('every kind, in China')).toContain('has not yet been run there');
    expect(guide('DianPlus')).not.toContain('has not yet been run there');
  });

  it.each<[string, object, RegExp[], RegExp]>([
    [
      'an App at the repository',
      {},
      [/Administration: Read and write/, /RUNNER_APP_PRIVATE_KEY/, /`pipeline.runnerGroup` is the better way/],
      /`RUNNER_TOKEN`|Runner groups/,
    ],
    [
      'an App in a group',
      { runnerGroup: 'builders' },
      [/Self-hosted runners: Read and write/, /New runner group: `builders`/, /RUNNER_APP_CLIENT_ID/],
      /Administration: Read/,
    ],
    [
      'a token at the repository',
      { runnerToken: 'secret' },
      [/Fine-grained tokens/, /Administration: Read and write/, /`RUNNER_TOKEN`/],
      /RUNNER_APP|GitHub Apps/,
    ],
    [
      'a token in a group',
      { runnerToken: 'secret', runnerGroup: 'builders' },
      [/Self-hosted runners: Read and write/, /Fine-grained tokens/, /`RUNNER_TOKEN`/],
      /RUNNER_APP|Administration: Read/,
    ],
  ])('tells how runners are registered by %s', (_how, pipeline, says, not) => {
    const config = openRestyConfig({ pipeline });
    for (const file of ['.github/setup.md']) {
      const text = renderDocuments(config)[file];
      for (const words of says) expect(text).toMatch(words);
      expect(text).not.toMatch(not);
    }
  });

  it('numbers its steps without a gap', () => {
    for (const name of ['DianPlus', 'hosted only', 'Tomcat']) {
      const numbers = read(guide(name)).headings.flatMap(({ level, text }) => (level === 2 ? [Number(text.split('.')[0])] : []));
      expect(numbers, name).toEqual(numbers.map((_, i) => i + 1));
    }
  });
});
