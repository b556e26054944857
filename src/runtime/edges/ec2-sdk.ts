import type { _InstanceType, Filter, Tag } from '@aws-sdk/client-ec2';
import { TEMPLATE_TAG } from '../../core/identity';
import { CloudError, type Ec2, type FleetRequest, type Instance, type LaunchTemplateData } from './ec2';
import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  TerminateInstancesCommand,
} from './vendor';

/** Of one attempt; a connection that nobody answers on must not use up the launch's time. */
const REQUEST_TIMEOUT_MS = 20_000;
const CONNECTION_TIMEOUT_MS = 5_000;
const ATTEMPTS = 4;

/**
 * EC2 through AWS's SDK. Credentials and endpoint come from the standard environment
 * variables.
 */
export function sdkEc2(region: string): Ec2 {
  const client = new EC2Client({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  });

  /** Gives every error the form that the rest knows. */
  async function call<T>(action: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      // a socket's error has its name in the code, such as ECONNRESET
      const code = name === 'Error' ? ((error as NodeJS.ErrnoException).code ?? name) : name;
      throw new CloudError(code, region, action, message, { cause: error });
    }
  }

  /** All pages of a listing. */
  async function pages<T>(
    next: (token: string | undefined) => Promise<{ items: T[] | undefined; token: string | undefined }>,
  ): Promise<T[]> {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const page = await next(token);
      all.push(...(page.items ?? []));
      token = page.token;
    } while (token);
    return all;
  }

  return {
    region,

    subnets: (ids) =>
      call('DescribeSubnets', async () => {
        const which = ids.length > 0 ? { SubnetIds: [...ids] } : { Filters: [{ Name: 'default-for-az', Values: ['true'] }] };
        const found = await pages(async (NextToken) => {
          const page = await client.send(new DescribeSubnetsCommand({ ...which, NextToken }));
          return { items: page.Subnets, token: page.NextToken };
        });
        return found.map((subnet) => ({ id: subnet.SubnetId ?? '', zone: subnet.AvailabilityZone ?? '' }));
      }),

    offerings: (types) =>
      call('DescribeInstanceTypeOfferings', async () => {
        const found = await pages(async (NextToken) => {
          const page = await client.send(
            new DescribeInstanceTypeOfferingsCommand({
              LocationType: 'availability-zone',
              Filters: [{ Name: 'instance-type', Values: [...types] }],
              NextToken,
            }),
          );
          return { items: page.InstanceTypeOfferings, token: page.NextToken };
        });
        return found.map((offering) => ({ type: offering.InstanceType ?? '', zone: offering.Location ?? '' }));
      }),

    hasTemplate: (name) =>
      call('DescribeLaunchTemplates', async () => {
        const filter: Filter = { Name: 'launch-template-name', Values: [name] };
        const page = await client.send(new DescribeLaunchTemplatesCommand({ Filters: [filter] }));
        return (page.LaunchTemplates ?? []).length > 0;
      }),

    createTemplate: (name, data) =>
      call('CreateLaunchTemplate', async () => {
        try {
          await client.send(new CreateLaunchTemplateCommand(templateInput(name, data)));
        } catch (error) {
          if (!(error instanceof Error && error.name === 'InvalidLaunchTemplateName.AlreadyExistsException')) throw error;
        }
      }),

    createFleet: (request) =>
      call('CreateFleet', async () => {
        const answer = await client.send(new CreateFleetCommand(fleetInput(request)));
        return {
          instances: (answer.Instances ?? []).flatMap((set) => (set.InstanceIds ?? []).map((id) => ({ id, type: set.InstanceType ?? '' }))),
          errors: (answer.Errors ?? []).map((error) => ({
            code: error.ErrorCode ?? 'unknown',
            message: error.ErrorMessage ?? '',
            type: error.LaunchTemplateAndOverrides?.Overrides?.InstanceType,
          })),
        };
      }),

    instances: (tags) =>
      call('DescribeInstances', async () => {
        const Filters = Object.entries(tags).map(([key, value]): Filter => ({ Name: `tag:${key}`, Values: [value] }));
        const reservations = await pages(async (NextToken) => {
          const page = await client.send(new DescribeInstancesCommand({ Filters, NextToken }));
          return { items: page.Reservations, token: page.NextToken };
        });
        return reservations
          .flatMap((reservation) => reservation.Instances ?? [])
          .map(
            (instance): Instance => ({
              id: instance.InstanceId ?? '',
              state: instance.State?.Name ?? 'unknown',
              type: instance.InstanceType ?? '',
              tags: Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
              market: instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
              zone: instance.Placement?.AvailabilityZone ?? '',
              launchedAt: instance.LaunchTime?.getTime(),
              reasonCode: instance.StateReason?.Code || undefined,
              transition: instance.StateTransitionReason || undefined,
              reason: instance.StateReason?.Message || instance.StateTransitionReason || undefined,
            }),
          );
      }),

    terminate: (ids) =>
      call('TerminateInstances', async () => {
        await client.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }));
      }),

    console: (id) =>
      call('GetConsoleOutput', async () => {
        const { Output } = await client.send(new GetConsoleOutputCommand({ InstanceId: id }));
        return Buffer.from(Output ?? '', 'base64').toString();
      }),

    spotPrice: (type, zone, at) =>
      call('DescribeSpotPriceHistory', async () => {
        const moment = new Date(at);
        const { SpotPriceHistory } = await client.send(
          new DescribeSpotPriceHistoryCommand({
            InstanceTypes: [type as _InstanceType],
            AvailabilityZone: zone,
            ProductDescriptions: ['Linux/UNIX'],
            // the one price that was valid at this moment
            StartTime: moment,
            EndTime: moment,
            MaxResults: 1,
          }),
        );
        const price = Number(SpotPriceHistory?.[0]?.SpotPrice);
        return price > 0 ? price : undefined;
      }),
  };
}

/** The request for a launch template. */
export function templateInput(name: string, data: LaunchTemplateData) {
  return {
    LaunchTemplateName: name,
    LaunchTemplateData: data,
    // the role may use only templates that bear it
    TagSpecifications: [{ ResourceType: 'launch-template' as const, Tags: [{ Key: TEMPLATE_TAG, Value: name }] }],
  };
}

/** The request for a machine. */
export function fleetInput(request: FleetRequest) {
  const Tags = Object.entries(request.tags).map(([Key, Value]): Tag => ({ Key, Value }));
  return {
    Type: 'instant' as const,
    ClientToken: request.clientToken,
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: request.market },
    ...(request.market === 'spot'
      ? // left out, EC2 would take the lowest price, which is reclaimed most
        { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' as const } }
      : { OnDemandOptions: { AllocationStrategy: 'lowest-price' as const } }),
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: {
          LaunchTemplateName: request.template,
          Version: '1',
          LaunchTemplateSpecificationUserData: Buffer.from(request.userData).toString('base64'),
        },
        Overrides: request.candidates.map(({ type, subnet }) => ({
          InstanceType: type as _InstanceType,
          SubnetId: subnet,
          ImageId: request.image,
        })),
      },
    ],
    // the role may launch only what bears these tags
    TagSpecifications: [
      { ResourceType: 'instance' as const, Tags },
      { ResourceType: 'volume' as const, Tags },
      { ResourceType: 'fleet' as const, Tags },
    ],
  };
}
