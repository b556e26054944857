/**
 * What the role of the jobs that launch and stop machines may do.
 *
 * Which keys a resource of an action knows is AWS's "Service Authorization Reference";
 * a condition on any other key would never hold. A fleet launches with the rights of who
 * asks for it, so that CreateFleet needs what RunInstances needs, and the strict
 * conditions stand at RunInstances, which knows more keys.
 */
import { OWN_PREFIX, RUNNER_TAGS, TEMPLATE_TAG } from '../identity';
import { schedulePrefix } from '../runner/schedule';
import { SCHEDULE_GROUP, SCHEDULER_SERVICE, schedulerRoleName } from './scheduler';
import type { PermissionPolicy, PolicyFacts, Statement } from './statement';

/** Codes of the quotas of running vCPUs of the standard families. */
export const QUOTAS = { spot: 'L-34B43A08', 'on-demand': 'L-1216C47A' } as const;

type Condition = NonNullable<Statement['Condition']>;

/** What a condition is made of; of one operator, the keys of all parts. */
function all(...parts: readonly Condition[]): Condition {
  const merged: Record<string, Record<string, string | readonly string[]>> = {};
  for (const part of parts) {
    for (const [operator, keys] of Object.entries(part)) merged[operator] = { ...merged[operator], ...keys };
  }
  return merged;
}

function allow(Sid: string, Action: readonly string[], Resource: readonly string[], Condition?: Condition): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition ? { Condition } : {}) };
}

/** What planning the end of machines from outside takes. */
function schedulerStatements({ partition, repository, regions }: PolicyFacts, inRegions: Condition): Statement[] {
  return [
    allow(
      'ScheduleTheEndOfMachines',
      ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
      regions.map(({ name }) => `arn:${partition}:scheduler:${name}:ACCOUNT_ID:schedule/${SCHEDULE_GROUP}/${schedulePrefix(repository)}*`),
    ),
    allow('LookAtSchedules', ['scheduler:ListSchedules'], ['*'], inRegions),
    allow('LetTheSchedulerEndMachines', ['iam:PassRole'], [`arn:${partition}:iam::ACCOUNT_ID:role/${schedulerRoleName(repository)}`], {
      StringEquals: { 'iam:PassedToService': SCHEDULER_SERVICE },
    }),
  ];
}

/** The statements, in the order in which a machine lives. */
export function permissionPolicy(facts: PolicyFacts): PermissionPolicy {
  const { partition, repository, regions, instanceTypes, images, schedules } = facts;
  const fixed = [...new Set(images)].filter((id) => id !== undefined);
  const names = regions.map(({ name }) => name);
  const ec2 = (...kinds: readonly string[]) => kinds.map((kind) => `arn:${partition}:ec2:*:ACCOUNT_ID:${kind}/*`);
  const inRegions: Condition = { StringEquals: { 'aws:RequestedRegion': names } };
  // IgnoreCase: the tag has GitHub's own capitals, the config perhaps not
  const taggedAsOurs: Condition = { StringEqualsIgnoreCase: { [`aws:RequestTag/${RUNNER_TAGS.repository}`]: repository } };
  const isOurs: Condition = { StringEqualsIgnoreCase: { [`aws:ResourceTag/${RUNNER_TAGS.repository}`]: repository } };
  const template = (key: 'RequestTag' | 'ResourceTag'): Condition => ({
    StringLike: { [`aws:${key}/${TEMPLATE_TAG}`]: `${OWN_PREFIX}*` },
  });
  const named = (kind: 'subnet' | 'security-group', of: (region: PolicyFacts['regions'][number]) => readonly string[]) =>
    regions.flatMap((region) => {
      const ids = of(region).length > 0 ? of(region) : ['*'];
      return ids.map((id) => `arn:${partition}:ec2:${region.name}:ACCOUNT_ID:${kind}/${id}`);
    });
  const subnets = named('subnet', (region) => region.subnets);

  return {
    Version: '2012-10-17',
    Statement: [
      // EC2 knows no resources for a look
      allow(
        'Look',
        [
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceTypeOfferings',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeLaunchTemplates',
          'ec2:DescribeRouteTables',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSpotPriceHistory',
          'ec2:DescribeSubnets',
          'ec2:DescribeVolumes',
        ],
        ['*'],
        inRegions,
      ),
      allow(
        'ReadTheMachineImagesId',
        ['ssm:GetParameter', 'ssm:GetParameters'],
        names.map((region) => `arn:${partition}:ssm:${region}::parameter/aws/service/ami-amazon-linux-latest/*`),
      ),
      // nor do Service Quotas
      allow('ReadQuotas', ['servicequotas:GetServiceQuota'], ['*'], inRegions),
      allow('AskForAFleet', ['ec2:CreateFleet'], ec2('fleet', 'instance', 'volume'), all(inRegions, taggedAsOurs)),
      allow(
        'LaunchFromOwnTemplates',
        ['ec2:CreateFleet', 'ec2:RunInstances'],
        ec2('launch-template'),
        all(inRegions, template('ResourceTag')),
      ),
      ...(images.includes(undefined)
        ? [
            allow(
              'LaunchAmazonsImages',
              ['ec2:CreateFleet', 'ec2:RunInstances'],
              [`arn:${partition}:ec2:*::image/*`],
              all(inRegions, { StringEquals: { 'ec2:Owner': 'amazon' } }),
            ),
          ]
        : []),
      ...(fixed.length > 0
        ? [
            allow(
              'LaunchFixedImages',
              ['ec2:CreateFleet', 'ec2:RunInstances'],
              fixed.map((id) => `arn:${partition}:ec2:*::image/${id}`),
              inRegions,
            ),
          ]
        : []),
      allow('LaunchInSubnets', ['ec2:CreateFleet', 'ec2:RunInstances'], subnets),
      allow(
        'LaunchIntoNetwork',
        ['ec2:CreateFleet', 'ec2:RunInstances'],
        [
          ...named('security-group', (region) => region.securityGroups),
          ...names.map((name) => `arn:${partition}:ec2:${name}:ACCOUNT_ID:network-interface/*`),
        ],
      ),
      allow(
        'LaunchOwnMachines',
        ['ec2:RunInstances'],
        ec2('instance'),
        all(inRegions, taggedAsOurs, {
          StringEquals: {
            // a build that Spot took back is made again on demand, whatever the config says of launches
            'ec2:InstanceMarketType': ['spot', 'on-demand'],
            'ec2:InstanceType': instanceTypes,
            'ec2:MetadataHttpTokens': 'required',
          },
          // a machine with a role could act in the account
          Null: { 'ec2:InstanceProfile': 'true' },
        }),
      ),
      allow(
        'LaunchEncryptedDisks',
        ['ec2:RunInstances'],
        ec2('volume'),
        all(inRegions, taggedAsOurs, { Bool: { 'ec2:Encrypted': 'true' } }),
      ),
      allow('MakeOwnTemplates', ['ec2:CreateLaunchTemplate'], ec2('launch-template'), all(inRegions, template('RequestTag'))),
      allow(
        'TagWhatIsBeingLaunched',
        ['ec2:CreateTags'],
        ec2('fleet', 'instance', 'volume'),
        all(inRegions, taggedAsOurs, { StringEquals: { 'ec2:CreateAction': ['CreateFleet', 'RunInstances'] } }),
      ),
      allow(
        'TagWhatIsBeingMade',
        ['ec2:CreateTags'],
        ec2('launch-template'),
        all(inRegions, template('RequestTag'), { StringEquals: { 'ec2:CreateAction': 'CreateLaunchTemplate' } }),
      ),
      allow('EndOwnMachines', ['ec2:GetConsoleOutput', 'ec2:TerminateInstances'], ec2('instance'), all(inRegions, isOurs)),
      allow('RemoveOwnDisks', ['ec2:DeleteVolume'], ec2('volume'), all(inRegions, isOurs)),
      allow('RemoveOwnTemplates', ['ec2:DeleteLaunchTemplate'], ec2('launch-template'), all(inRegions, isOurs)),
      ...(schedules ? schedulerStatements(facts, inRegions) : []),
    ],
  };
}

/** The statements that allow an action, such as `ec2:RunInstances`. */
export function statementsFor(policy: PermissionPolicy, action: string): Statement[] {
  return policy.Statement.filter(({ Action }) => Action.includes(action));
}
