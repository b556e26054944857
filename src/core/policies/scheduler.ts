/**
 * The role that EventBridge Scheduler takes to end a machine at the end of its time to
 * live. There is one per account, for all repositories: it can do nothing but end
 * machines that this project's launches have tagged.
 */
import { RUNNER_TAGS } from '../identity';
import type { PermissionPolicy, TrustPolicy } from './statement';

/** Name of the role. */
export const SCHEDULER_ROLE = 'spot-image-scheduler';

/** The group of every account, in which the schedules are. */
export const SCHEDULE_GROUP = 'default';

/** What the names of the schedules begin with. */
export const SCHEDULE_PREFIX = 'spot-';

/** Only the scheduler may take the role, and only for schedules of this account with these names. */
export function schedulerTrustPolicy({ partition }: { readonly partition: string }): TrustPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
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

/** It ends tagged machines, and nothing else. */
export function schedulerPermissionPolicy({ partition }: { readonly partition: string }): PermissionPolicy {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EndMachinesOfBuilds',
        Effect: 'Allow',
        Action: ['ec2:TerminateInstances'],
        Resource: [`arn:${partition}:ec2:*:ACCOUNT_ID:instance/*`],
        Condition: { StringLike: { [`aws:ResourceTag/${RUNNER_TAGS.repository}`]: '*/*' } },
      },
    ],
  };
}
