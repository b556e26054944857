/**
 * The role that EventBridge Scheduler takes to end a machine after its time to live.
 * There is one per repository, so that none can end another one's machines.
 */
import { RUNNER_TAGS } from '../identity';
import type { PermissionPolicy, PolicyFacts, TrustPolicy } from './statement';

/** The group of every account, in which the schedules are. */
export const SCHEDULE_GROUP = 'default';

/** The service that takes the role, and the only one to which it may be passed. */
export const SCHEDULER_SERVICE = 'scheduler.amazonaws.com';

/** IAM allows 64 characters; the rest is for the scheduler's. */
const LONGEST_ROLE = 50;

/**
 * Name of the role of the jobs that launch and stop machines: one per repository. Small
 * letters, since GitHub's names ignore case and the name of a role in an ARN does not.
 *
 * @param repository `owner/name`
 */
export function roleName(repository: string): string {
  return `spot-${repository}`
    .toLowerCase()
    .replace(/[^a-z0-9_+=,.@-]/g, '-')
    .slice(0, LONGEST_ROLE);
}

/** Name of the role that EventBridge Scheduler takes. @param repository `owner/name` */
export function schedulerRoleName(repository: string): string {
  return `${roleName(repository)}-scheduler`;
}

/** Only the scheduler may take the role, and only for schedules of this account. */
export function schedulerTrustPolicy({ partition }: Pick<PolicyFacts, 'partition'>): TrustPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: SCHEDULER_SERVICE },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': 'ACCOUNT_ID' },
          // AWS documents the group here, not the single schedule
          ArnLike: { 'aws:SourceArn': `arn:${partition}:scheduler:*:ACCOUNT_ID:schedule-group/${SCHEDULE_GROUP}` },
        },
      },
    ],
  };
}

/** It ends machines of this repository, and nothing else. */
export function schedulerPermissionPolicy({ partition, repository }: Pick<PolicyFacts, 'partition' | 'repository'>): PermissionPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EndOwnMachines',
        Effect: 'Allow',
        Action: ['ec2:TerminateInstances'],
        Resource: [`arn:${partition}:ec2:*:ACCOUNT_ID:instance/*`],
        // IgnoreCase: the tag has GitHub's own capitals, the config perhaps not
        Condition: { StringEqualsIgnoreCase: { [`aws:ResourceTag/${RUNNER_TAGS.repository}`]: repository } },
      },
    ],
  };
}
