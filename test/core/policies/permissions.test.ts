import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryTags, runnerIdentity } from '../../../src/core/identity';
import { permissionPolicy, statementsFor } from '../../../src/core/policies/permissions';
import { schedulerPermissionPolicy, schedulerRoleName, schedulerTrustPolicy } from '../../../src/core/policies/scheduler';
import type { PermissionPolicy, PolicyFacts } from '../../../src/core/policies/statement';
import { subjects, trustPolicy } from '../../../src/core/policies/trust';
import { scheduleName } from '../../../src/core/runner/schedule';
import { runtimeConfig } from '../../../src/core/runtime-config';
import { timeToLive } from '../../../src/core/time-to-live';
import { policyFactsOf } from '../../../src/runtime/doctor/observe';
import type { FleetRequest } from '../../../src/runtime/edges/ec2';
import { fleetInput, templateInput } from '../../../src/runtime/edges/ec2-sdk';
import { regionTemplate } from '../../../src/runtime/runner/region-template';
import { amazonLinux } from '../../../src/runtime/runner/template';
import { policyFacts } from '../../../src/synth/docs/aws-policies';
import { type AuthorisedRequest, allowing } from '../../models/iam';
import { imageConfig } from '../../support/config';

const REGION = 'us-east-1';
const FACTS = policyFacts(imageConfig());
const POLICY = permissionPolicy(FACTS);
const GROUP = { name: REGION, subnets: [], securityGroups: [] };
const MACHINE = { cpu: 'x86_64', instanceTypes: ['c7i.large'] } as const;
const TEMPLATE = regionTemplate(GROUP, MACHINE, timeToLive(60));
const IDENTITY = runnerIdentity({ repository: 'dianplus/tomcat', runId: '17', attempt: '1', architecture: 'amd64', tryNumber: 1 });

const REQUEST: FleetRequest = {
  market: 'spot',
  clientToken: IDENTITY.clientToken,
  template: TEMPLATE.name,
  image: amazonLinux('x86_64'),
  userData: '#!/bin/sh\n',
  candidates: [{ type: 'c7i.large', subnet: 'subnet-0123456789abcdef0', zone: 'us-east-1a' }],
  tags: IDENTITY.tags,
};

const ec2 = (resource: string, region = REGION) => `arn:aws:ec2:${region}:${resource.startsWith('image/') ? '' : 'ACCOUNT_ID'}:${resource}`;

/** A launch as IAM sees it: every resource, with the keys that the very requests of the edge give it. */
function authorised(
  change: {
    market?: FleetRequest['market'];
    tags?: FleetRequest['tags'];
    type?: string;
    tokens?: string;
    encrypted?: boolean;
    profile?: string;
    owner?: string;
    template?: string;
    region?: string;
  } = {},
): AuthorisedRequest[] {
  const region = change.region ?? REGION;
  const input = fleetInput({ ...REQUEST, market: change.market ?? 'spot', tags: change.tags ?? REQUEST.tags });
  const base = { 'aws:RequestedRegion': region };
  const tagsOf = (kind: string): Record<string, string> => {
    const tags = input.TagSpecifications.find(({ ResourceType }) => ResourceType === kind)?.Tags ?? [];
    return Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? '']));
  };
  const made = templateInput(TEMPLATE.name, TEMPLATE.data).TagSpecifications[0].Tags[0];
  const { MetadataOptions, BlockDeviceMappings } = TEMPLATE.data;
  const [candidate] = REQUEST.candidates;
  const instance = {
    ...base,
    ...tagsOf('instance'),
    'ec2:InstanceMarketType': input.TargetCapacitySpecification.DefaultTargetCapacityType,
    'ec2:InstanceType': change.type ?? candidate.type,
    'ec2:MetadataHttpTokens': change.tokens ?? MetadataOptions?.HttpTokens ?? 'optional',
    ...(change.profile ? { 'ec2:InstanceProfile': change.profile } : {}),
  };
  const volume = {
    ...base,
    ...tagsOf('volume'),
    'ec2:Encrypted': String(change.encrypted ?? BlockDeviceMappings?.[0].Ebs?.Encrypted ?? false),
  };
  const template = { ...base, [`aws:ResourceTag/${made.Key}`]: change.template ?? made.Value ?? '' };
  const image = { ...base, 'ec2:Owner': change.owner ?? 'amazon' };
  const resources: readonly (readonly [action: string, resource: string, keys: Record<string, string>])[] = [
    ['CreateFleet', 'fleet/*', { ...base, ...tagsOf('fleet') }],
    ['CreateFleet', 'instance/*', { ...base, ...tagsOf('instance') }],
    ['CreateFleet', 'volume/*', { ...base, ...tagsOf('volume') }],
    ['CreateFleet', 'launch-template/lt-1', template],
    ['CreateFleet', 'image/ami-1', image],
    ['CreateFleet', `subnet/${candidate.subnet}`, base],
    ['RunInstances', 'instance/*', instance],
    ['RunInstances', 'volume/*', volume],
    ['RunInstances', 'network-interface/*', base],
    ['RunInstances', 'security-group/sg-1', base],
    ['RunInstances', `subnet/${candidate.subnet}`, base],
    ['RunInstances', 'launch-template/lt-1', template],
    ['RunInstances', 'image/ami-1', image],
    ...input.TagSpecifications.map(
      ({ ResourceType }) =>
        [
          'CreateTags',
          `${ResourceType}/*`,
          { ...base, ...tagsOf(ResourceType), 'ec2:CreateAction': ResourceType === 'fleet' ? 'CreateFleet' : 'RunInstances' },
        ] as const,
    ),
  ];
  return resources.map(([action, resource, keys]) => ({ action: `ec2:${action}`, resource: ec2(resource, region), keys }));
}

const deniedOf = (policy: PermissionPolicy, requests: readonly AuthorisedRequest[]) =>
  requests
    .filter((request) => !allowing(policy, request))
    .map(({ action, resource }) => `${action} ${resource.split(':').pop()?.split('/')[0]}`);

describe('a launch', () => {
  it('is allowed, with the very requests that the edge sends', () => {
    expect(deniedOf(POLICY, authorised())).toEqual([]);
  });

  it('is allowed in China by the policy of a project in China only', () => {
    const china = permissionPolicy(policyFacts(imageConfig({ pipeline: { regions: [{ name: 'cn-north-1' }] } })));
    const there = authorised({ region: 'cn-north-1' }).map((request) => ({
      ...request,
      resource: request.resource.replace('arn:aws:', 'arn:aws-cn:'),
    }));
    expect(deniedOf(china, there)).toEqual([]);
    expect(deniedOf(POLICY, there)).toHaveLength(there.length);
  });

  it.each([
    ['without the tag of a repository', { tags: { Name: 'x' } }, 'ec2:RunInstances instance'],
    ['for another repository', { tags: repositoryTags('dianplus/other') }, 'ec2:RunInstances instance'],
    ['of a disk without the tag', { tags: { Name: 'x' } }, 'ec2:RunInstances volume'],
    ['of a fleet without the tag', { tags: { Name: 'x' } }, 'ec2:CreateFleet fleet'],
    ['of a type that the config does not have', { type: 'p5.48xlarge' }, 'ec2:RunInstances instance'],
    ['without IMDSv2', { tokens: 'optional' }, 'ec2:RunInstances instance'],
    ['with a role', { profile: 'arn:aws:iam::ACCOUNT_ID:instance-profile/admin' }, 'ec2:RunInstances instance'],
    ['with an open disk', { encrypted: false }, 'ec2:RunInstances volume'],
    ["from somebody's image", { owner: '123456789012' }, 'ec2:RunInstances image'],
    ["from somebody's template", { template: 'production' }, 'ec2:RunInstances launch-template'],
    ['in another region', { region: 'eu-west-1' }, 'ec2:RunInstances subnet'],
  ])('is denied %s', (_what, change, denied) => {
    expect(deniedOf(POLICY, authorised(change))).toContain(denied);
  });

  it('is allowed from the fixed images of the config, and from no other where every machine has one', () => {
    const own = authorised({ owner: '123456789012' });
    expect(deniedOf(permissionPolicy({ ...FACTS, images: ['ami-1'] }), own)).toEqual([]);
    expect(deniedOf(permissionPolicy({ ...FACTS, images: ['ami-2'] }), authorised())).toEqual([
      'ec2:CreateFleet image',
      'ec2:RunInstances image',
    ]);
    expect(deniedOf(permissionPolicy({ ...FACTS, images: ['ami-2', undefined] }), authorised())).toEqual([]);
  });

  it('is allowed on demand, since a build that Spot took back is made again so, but in no other market', () => {
    expect(deniedOf(POLICY, authorised({ market: 'on-demand' }))).toEqual([]);
    expect(deniedOf(POLICY, authorised({ market: 'capacity-block' as never }))).toEqual(['ec2:RunInstances instance']);
  });

  it('is allowed in the subnets and groups of the config only, where it names some', () => {
    const regions = [{ name: REGION, subnets: ['subnet-11111111'], securityGroups: ['sg-22222222'] }];
    const denied = deniedOf(permissionPolicy({ ...FACTS, regions }), authorised());
    expect([...new Set(denied)].sort()).toEqual(['ec2:CreateFleet subnet', 'ec2:RunInstances security-group', 'ec2:RunInstances subnet']);
  });
});

describe('a launch template', () => {
  const make = (name: string): AuthorisedRequest[] => {
    const [{ Tags }] = templateInput(name, TEMPLATE.data).TagSpecifications;
    const keys = { 'aws:RequestedRegion': REGION, [`aws:RequestTag/${Tags[0].Key}`]: Tags[0].Value ?? '' };
    const resource = ec2('launch-template/*');
    return [
      { action: 'ec2:CreateLaunchTemplate', resource, keys },
      { action: 'ec2:CreateTags', resource, keys: { ...keys, 'ec2:CreateAction': 'CreateLaunchTemplate' } },
    ];
  };

  it('may be made under a name of this project only', () => {
    expect(deniedOf(POLICY, make(TEMPLATE.name))).toEqual([]);
    expect(deniedOf(POLICY, make('production'))).toHaveLength(2);
  });

  it("may be removed only if it is one machine's of this repository", () => {
    const remove = (tags: Readonly<Record<string, string>>): AuthorisedRequest => {
      const [{ Tags }] = templateInput('spot-image-x', TEMPLATE.data, tags).TagSpecifications;
      return {
        action: 'ec2:DeleteLaunchTemplate',
        resource: ec2('launch-template/lt-1'),
        keys: {
          'aws:RequestedRegion': REGION,
          ...Object.fromEntries(Tags.map(({ Key, Value = '' }) => [`aws:ResourceTag/${Key}`, Value])),
        },
      };
    };
    expect(deniedOf(POLICY, [remove(IDENTITY.tags)])).toEqual([]);
    expect(deniedOf(POLICY, [remove({}), remove(repositoryTags('dianplus/other'))])).toHaveLength(2);
  });
});

describe("somebody else's machine", () => {
  const end = (action: string, kind: string, tags: Readonly<Record<string, string>>): AuthorisedRequest => ({
    action,
    resource: ec2(`${kind}/x-1`),
    keys: {
      'aws:RequestedRegion': REGION,
      ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    },
  });

  it.each([
    ['ec2:TerminateInstances', 'instance'],
    ['ec2:GetConsoleOutput', 'instance'],
    ['ec2:DeleteVolume', 'volume'],
  ])('is out of reach of %s', (action, kind) => {
    expect(allowing(POLICY, end(action, kind, REQUEST.tags))).toBeDefined();
    expect(allowing(POLICY, end(action, kind, repositoryTags('DianPlus/Tomcat')))).toBeDefined();
    expect(allowing(POLICY, end(action, kind, repositoryTags('dianplus/other')))).toBeUndefined();
    expect(allowing(POLICY, end(action, kind, {}))).toBeUndefined();
  });

  it('is out of reach of the scheduler, too', () => {
    const policy = schedulerPermissionPolicy(FACTS);
    expect(allowing(policy, end('ec2:TerminateInstances', 'instance', REQUEST.tags))).toBeDefined();
    expect(allowing(policy, end('ec2:TerminateInstances', 'instance', repositoryTags('DianPlus/Tomcat')))).toBeDefined();
    expect(allowing(policy, end('ec2:TerminateInstances', 'instance', repositoryTags('dianplus/other')))).toBeUndefined();
    expect(allowing(policy, end('ec2:TerminateInstances', 'instance', {}))).toBeUndefined();
    expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual(['ec2:TerminateInstances']);
  });

  it('cannot be taken over by a tag: tags are given at creation only', () => {
    const tag = {
      action: 'ec2:CreateTags',
      resource: ec2('instance/i-1'),
      keys: { 'aws:RequestedRegion': REGION, 'aws:RequestTag/spot-image:repository': 'dianplus/tomcat' },
    };
    expect(allowing(POLICY, tag)).toBeUndefined();
  });
});

describe('a schedule', () => {
  const plan = (name: string, action = 'scheduler:CreateSchedule'): AuthorisedRequest => ({
    action,
    resource: `arn:aws:scheduler:${REGION}:ACCOUNT_ID:schedule/default/${name}`,
    keys: { 'aws:RequestedRegion': REGION },
  });

  it('may be made and removed for machines of this repository only', () => {
    for (const action of ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule']) {
      expect(allowing(POLICY, plan(scheduleName('DianPlus/Tomcat', 'i-1'), action))).toBeDefined();
      expect(allowing(POLICY, plan(scheduleName('dianplus/other', 'i-1'), action))).toBeUndefined();
    }
  });

  it('is given the role of this repository, and no other service is', () => {
    const pass = (role: string, service: string): AuthorisedRequest => ({
      action: 'iam:PassRole',
      resource: `arn:aws:iam::ACCOUNT_ID:role/${role}`,
      keys: { 'iam:PassedToService': service },
    });
    const own = schedulerRoleName('DianPlus/Tomcat');
    expect(own).toBe('spot-dianplus-tomcat-scheduler');
    expect(allowing(POLICY, pass(own, 'scheduler.amazonaws.com'))).toBeDefined();
    expect(allowing(POLICY, pass(own, 'ec2.amazonaws.com'))).toBeUndefined();
    expect(allowing(POLICY, pass(schedulerRoleName('dianplus/other'), 'scheduler.amazonaws.com'))).toBeUndefined();
  });

  it("has a role whose name keeps within IAM's 64 characters", () => {
    expect(schedulerRoleName(`${'o'.repeat(39)}/${'n'.repeat(100)}`).length).toBeLessThanOrEqual(64);
  });

  it('is out of reach where the config wants none', () => {
    const without = JSON.stringify(permissionPolicy({ ...FACTS, schedules: false }));
    expect(without).not.toMatch(/scheduler|PassRole/);
  });
});

describe('the actions', () => {
  /** Service in the name of a client's package → prefix in IAM. */
  const PREFIXES: Readonly<Record<string, string>> = {
    ec2: 'ec2',
    ssm: 'ssm',
    sts: 'sts',
    'service-quotas': 'servicequotas',
    scheduler: 'scheduler',
  };
  /** Allowed without a command of ours: each with its reason. */
  const WITHOUT_A_COMMAND: Readonly<Record<string, string>> = {
    'ec2:CreateTags': 'EC2 asks for it when a request carries tags',
    'iam:PassRole': 'a schedule names the role it runs with',
    'ssm:GetParameters': "EC2 resolves the image's parameter in our name",
  };
  /** Needs no permission: IAM's documentation of GetCallerIdentity. */
  const FREE = ['sts:GetCallerIdentity'];

  /** Every command that the vendor file brings in: what is not there cannot be sent. */
  const vendor = readFileSync(join(__dirname, '../../../src/runtime/edges/vendor.ts'), 'utf8');
  const sent = [...vendor.matchAll(/export \{([^}]*)\} from '@aws-sdk\/client-([a-z0-9-]+)'/g)].flatMap(([, names, service]) =>
    [...names.matchAll(/\b([A-Z]\w+)Command\b/g)].map(([, name]) => `${PREFIXES[service]}:${name}`),
  );
  const allowed = [...new Set(POLICY.Statement.flatMap(({ Action }) => Action))];

  it('are allowed, every one that the edges can send', () => {
    expect(sent).toEqual(
      expect.arrayContaining(['ec2:CreateFleet', 'ec2:TerminateInstances', 'sts:GetCallerIdentity', 'ssm:GetParameter']),
    );
    expect(sent.filter((action) => !allowed.includes(action) && !FREE.includes(action))).toEqual([]);
  });

  it('are no more than those, but for what has a reason', () => {
    expect(allowed.filter((action) => !sent.includes(action) && !Object.hasOwn(WITHOUT_A_COMMAND, action))).toEqual([]);
    expect(allowed.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('come from the vendor file only', () => {
    const folder = join(__dirname, '../../../src/runtime/edges');
    const others = readdirSync(folder).filter((file) => file !== 'vendor.ts');
    for (const file of others) expect(readFileSync(join(folder, file), 'utf8'), file).not.toMatch(/^import (?!type)[^;]*'@aws-sdk/m);
  });

  it('have a resource, unless AWS knows none for them', () => {
    const everywhere = POLICY.Statement.filter(({ Resource }) => Resource.includes('*'));
    expect(everywhere.flatMap(({ Action }) => Action).filter((action) => !/:(?:Describe|List)|^servicequotas:Get/.test(action))).toEqual(
      [],
    );
  });

  it('are found by their name', () => {
    expect(statementsFor(POLICY, 'ec2:TerminateInstances').map(({ Sid }) => Sid)).toEqual(['EndOwnMachines']);
  });
});

describe('the facts', () => {
  it.each<[string, Parameters<typeof imageConfig>[0]]>([
    ['the default', {}],
    ['no schedules', { pipeline: { endBySchedule: false } }],
    ['China', { pipeline: { regions: [{ name: 'cn-north-1' }] } }],
    [
      'an image of its own for one of two',
      { architectures: [{ name: 'amd64', spot: { ami: 'ami-0123456789abcdef0' } }, { name: 'arm64' }] },
    ],
  ])('are the same for what is generated and for what the doctor compares with: %s', (_what, options) => {
    const config = imageConfig(options);
    // of a region the policies need less than either has
    const policies = (facts: PolicyFacts) => [permissionPolicy(facts), trustPolicy(facts)];
    expect(policies(policyFactsOf('dianplus/tomcat', runtimeConfig(config)))).toEqual(policies(policyFacts(config)));
  });

  it('have the images of the config', () => {
    const amd64 = { name: 'amd64', spot: { ami: 'ami-0123456789abcdef0' } } as const;
    expect(policyFacts(imageConfig({ architectures: [amd64] })).images).toEqual(['ami-0123456789abcdef0']);
    expect(policyFacts(imageConfig({ architectures: [amd64, { name: 'arm64' }] })).images).toEqual(['ami-0123456789abcdef0', undefined]);
    expect(regionTemplate(GROUP, { ...MACHINE, ami: 'ami-0123456789abcdef0' }, timeToLive(60)).data.ImageId).toBe('ami-0123456789abcdef0');
  });
});

describe('the sizes', () => {
  it("keep within IAM's limits, also with many regions", () => {
    const subnets = [1, 2, 3].map((n) => `subnet-${String(n).repeat(17)}`);
    const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'].map((name) => ({
      name,
      subnets,
      securityGroups: ['sg-0123456789abcdef0'],
    }));
    const facts: PolicyFacts = { ...FACTS, regions };
    const length = (policy: object) => JSON.stringify(policy).length;
    // inline policies of a role: 10,240 characters without white space; a trust policy: 2,048
    expect(length(permissionPolicy(facts))).toBeLessThan(10_240);
    expect(length(trustPolicy(facts))).toBeLessThan(2_048);
    expect(length(schedulerTrustPolicy(facts))).toBeLessThan(2_048);
  });
});

describe('the trust policy', () => {
  it('trusts this repository in this Environment, in both forms that GitHub writes', () => {
    const facts = policyFacts(imageConfig({ source: 'https://github.com/DianPlus/images', pipeline: { environment: 'builders' } }));
    expect(subjects(facts)).toEqual([
      'repo:DianPlus/images:environment:builders',
      'repo:DianPlus@OWNER_ID/images@REPOSITORY_ID:environment:builders',
    ]);
    const [{ Condition }] = trustPolicy(facts).Statement;
    expect(Object.keys(Condition)).toEqual(['StringEquals', 'StringEqualsIgnoreCase']);
    expect(JSON.stringify(Condition)).not.toContain('*');
  });

  it("takes the registry's names where the source is not on GitHub", () => {
    const facts = policyFacts(imageConfig({ source: 'https://git.example.com/a/b' }));
    expect(subjects(facts)[0]).toBe('repo:dianplus/tomcat:environment:spot-builders');
  });

  it('is of the partition of the regions', () => {
    const china = JSON.stringify(trustPolicy(policyFacts(imageConfig({ pipeline: { regions: [{ name: 'cn-north-1' }] } }))));
    expect(china).toContain('arn:aws-cn:iam::');
    expect(china).toContain('sts.amazonaws.com.cn');
  });
});
