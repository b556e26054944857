/**
 * The AWS role of the jobs that launch and stop machines: whom it trusts, and
 * what it may do. What only the account's owner knows stands as an upper-case word.
 */
import type { ImageConfig } from '../../core/config';
import { RUNNER_TAGS } from '../../core/identity';
import { hasSchedules } from '../../core/region';
import { schedulePrefix } from '../../core/runner/schedule';

/** Words to replace in the policies. */
export const PLACEHOLDERS = ['ACCOUNT_ID', 'OWNER_ID', 'REPOSITORY_ID'] as const;

const SCHEDULER_SERVICE = 'scheduler.amazonaws.com';

const GITHUB_OIDC = 'token.actions.githubusercontent.com';

/** The repository on GitHub as `owner/name`. */
export function githubRepository({ image }: ImageConfig): string {
  return /^https:\/\/github\.com\/([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(image.source)?.[1] ?? `${image.owner}/${image.name}`;
}

/** Audience of the token that GitHub issues. China is a partition of its own. */
export function audience(partition: string): string {
  return partition === 'aws-cn' ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com';
}

/**
 * The claims that the role trusts: this repository in this Environment. GitHub
 * puts ids into the claim of repositories made since 2026-07-15, and of older
 * ones that asked for it.
 */
export function subjects(config: ImageConfig): string[] {
  const [owner, name] = githubRepository(config).split('/');
  const { environment } = config.pipeline;
  return [`repo:${owner}/${name}:environment:${environment}`, `repo:${owner}@OWNER_ID/${name}@REPOSITORY_ID:environment:${environment}`];
}

/** Whom the role trusts. */
export function trustPolicy(config: ImageConfig): object {
  const { partition } = config.pipeline.regions[0];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::ACCOUNT_ID:oidc-provider/${GITHUB_OIDC}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${GITHUB_OIDC}:aud`]: audience(partition) },
          // The claim has GitHub's own capitals, the config perhaps not; on GitHub two names never differ in them alone.
          StringEqualsIgnoreCase: { [`${GITHUB_OIDC}:sub`]: subjects(config) },
        },
      },
    ],
  };
}

/** Name of the role in the examples: one per repository, so that none may end another one's machines. */
export function roleName({ image }: ImageConfig): string {
  return `spot-${image.owner}-${image.name}`.replace(/[^A-Za-z0-9_+=,.@-]/g, '-').slice(0, 50);
}

/** Name of the role that EventBridge Scheduler assumes; the policies name it. */
export function schedulerRoleName(config: ImageConfig): string {
  return `${roleName(config)}-scheduler`;
}

function ownTag(config: ImageConfig): object {
  return { StringEqualsIgnoreCase: { [`aws:ResourceTag/${RUNNER_TAGS.repository}`]: githubRepository(config) } };
}

/** Whom the scheduler's role trusts: EventBridge Scheduler, for schedules of this account. */
export function schedulerTrustPolicy(): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: SCHEDULER_SERVICE },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': 'ACCOUNT_ID' } },
      },
    ],
  };
}

/** What the scheduler's role may do: end what belongs to this repository, and nothing else. */
export function schedulerPolicy(config: ImageConfig): object {
  const { partition } = config.pipeline.regions[0];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EndOnlyOwnMachines',
        Effect: 'Allow',
        Action: 'ec2:TerminateInstances',
        Resource: `arn:${partition}:ec2:*:ACCOUNT_ID:instance/*`,
        Condition: ownTag(config),
      },
    ],
  };
}

/** What the role may do: launch in the regions of the config, and end what belongs to this repository. */
export function permissionPolicy(config: ImageConfig): object {
  const { partition } = config.pipeline.regions[0];
  const regions = config.pipeline.regions.map(({ name }) => name);
  const inRegions = { StringEquals: { 'aws:RequestedRegion': regions } };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Look',
        Effect: 'Allow',
        Action: [
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceTypeOfferings',
          'ec2:DescribeLaunchTemplates',
          'ec2:DescribeSpotPriceHistory',
          'ec2:DescribeSubnets',
          'ec2:DescribeVolumes',
          ...(hasSchedules(config) ? ['scheduler:ListSchedules'] : []),
        ],
        Resource: '*',
        Condition: inRegions,
      },
      {
        Sid: 'ReadTheMachineImagesId',
        Effect: 'Allow',
        Action: ['ssm:GetParameter', 'ssm:GetParameters'],
        Resource: regions.map((region) => `arn:${partition}:ssm:${region}::parameter/aws/service/ami-amazon-linux-latest/*`),
      },
      {
        Sid: 'Launch',
        Effect: 'Allow',
        Action: ['ec2:CreateFleet', 'ec2:CreateLaunchTemplate', 'ec2:RunInstances'],
        Resource: '*',
        Condition: inRegions,
      },
      {
        Sid: 'TagWhatIsLaunched',
        Effect: 'Allow',
        Action: 'ec2:CreateTags',
        Resource: '*',
        Condition: { StringEquals: { 'ec2:CreateAction': ['CreateFleet', 'CreateLaunchTemplate', 'RunInstances'] } },
      },
      {
        Sid: 'RemoveOnlyWhatOwnMachinesLeftBehind',
        Effect: 'Allow',
        Action: ['ec2:DeleteLaunchTemplate', 'ec2:DeleteVolume'],
        Resource: [`arn:${partition}:ec2:*:ACCOUNT_ID:launch-template/*`, `arn:${partition}:ec2:*:ACCOUNT_ID:volume/*`],
        Condition: ownTag(config),
      },
      ...(hasSchedules(config)
        ? [
            {
              Sid: 'PlanTheEndOfOwnMachines',
              Effect: 'Allow',
              Action: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
              Resource: regions.map(
                (region) => `arn:${partition}:scheduler:${region}:ACCOUNT_ID:schedule/default/${schedulePrefix(githubRepository(config))}*`,
              ),
            },
            {
              Sid: 'GiveSchedulesTheirRole',
              Effect: 'Allow',
              Action: 'iam:PassRole',
              Resource: `arn:${partition}:iam::ACCOUNT_ID:role/${schedulerRoleName(config)}`,
              Condition: { StringEquals: { 'iam:PassedToService': SCHEDULER_SERVICE } },
            },
          ]
        : []),
      {
        Sid: 'EndOnlyOwnMachines',
        Effect: 'Allow',
        Action: ['ec2:TerminateInstances', 'ec2:GetConsoleOutput'],
        Resource: `arn:${partition}:ec2:*:ACCOUNT_ID:instance/*`,
        Condition: ownTag(config),
      },
    ],
  };
}
