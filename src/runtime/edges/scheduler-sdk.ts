import { CloudError } from './ec2';
import type { Schedule, Scheduler } from './scheduler';
import { CreateScheduleCommand, DeleteScheduleCommand, ListSchedulesCommand, SchedulerClient } from './vendor';

/** The group that every account has. */
const GROUP = 'default';
/** Of one attempt. A launch goes on without the answer. */
const REQUEST_TIMEOUT_MS = 5_000;
const ATTEMPTS = 3;
/** How often, and for how many seconds, AWS itself repeats a termination that failed. Its own default is 185 times in a day. */
const RETRIES = 5;
const RETRY_SECONDS = 3_600;

/**
 * EventBridge Scheduler through AWS's SDK. Credentials and endpoint come from the
 * standard environment variables.
 */
export function sdkScheduler(region: string): Scheduler {
  const client = new SchedulerClient({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  });
  const partition = region.startsWith('cn-') ? 'aws-cn' : 'aws';

  /** Gives every error the form that the rest knows; `fine` is the one that is an answer. */
  async function call<T>(
    action: string,
    fine: { readonly name: string; readonly answer: T } | undefined,
    send: () => Promise<T>,
  ): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      if (fine && name === fine.name) return fine.answer;
      const code = name === 'Error' ? ((error as NodeJS.ErrnoException).code ?? name) : name;
      throw new CloudError(code, region, action, message, { cause: error, service: 'Scheduler' });
    }
  }

  return {
    region,

    create: ({ name, instanceId, at, roleArn, description }, abortSignal) =>
      call('CreateSchedule', { name: 'ConflictException', answer: undefined }, async () => {
        await client.send(
          new CreateScheduleCommand({
            Name: name,
            GroupName: GROUP,
            Description: description,
            ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Target: {
              Arn: `arn:${partition}:scheduler:::aws-sdk:ec2:terminateInstances`,
              RoleArn: roleArn,
              Input: JSON.stringify({ InstanceIds: [instanceId] }),
              RetryPolicy: { MaximumRetryAttempts: RETRIES, MaximumEventAgeInSeconds: RETRY_SECONDS },
            },
          }),
          { abortSignal },
        );
      }),

    remove: (name, abortSignal) =>
      call('DeleteSchedule', { name: 'ResourceNotFoundException', answer: false }, async () => {
        await client.send(new DeleteScheduleCommand({ Name: name, GroupName: GROUP }), { abortSignal });
        return true;
      }),

    list: (prefix, abortSignal) =>
      call('ListSchedules', undefined, async () => {
        const all: Schedule[] = [];
        let NextToken: string | undefined;
        do {
          const page = await client.send(new ListSchedulesCommand({ GroupName: GROUP, NamePrefix: prefix, NextToken }), { abortSignal });
          for (const { Name = '', CreationDate } of page.Schedules ?? []) {
            all.push({ name: Name, ...(CreationDate ? { createdAt: CreationDate.getTime() } : {}) });
          }
          NextToken = page.NextToken;
        } while (NextToken);
        return all;
      }),
  };
}
