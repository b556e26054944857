import type { _InstanceType, Filter, Tag } from '@aws-sdk/client-ec2';
import { TEMPLATE_TAG } from '../../core/identity';
import { CloudError, type Ec2, type FleetRequest, type Instance, type LaunchTemplateData, type Leftover } from './ec2';
import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DeleteLaunchTemplateCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
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
  const settings = {
    region,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  };
  const client = new EC2Client({ ...settings, maxAttempts: ATTEMPTS });
  /** Repeats nothing by itself: after a lost answer the launcher looks for its machine before it asks again. */
  const once = new EC2Client({ ...settings, maxAttempts: 1 });

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

    createTemplate: (name, data, tags) =>
      call('CreateLaunchTemplate', async () => {
        try {
          await client.send(new CreateLaunchTemplateCommand(templateInput(name, data, tags)));
        } catch (error) {
          if (!(error instanceof Error && error.name === 'InvalidLaunchTemplateName.AlreadyExistsException')) throw error;
        }
      }),

    createFleet: (request) =>
      call('CreateFleet', async () => {
        const answer = await once.send(new CreateFleetCommand(fleetInput(request)));
        return {
          instances: (answer.Instances ?? []).flatMap((set) => {
            const { SubnetId, AvailabilityZone } = set.LaunchTemplateAndOverrides?.Overrides ?? {};
            const zone = AvailabilityZone || request.candidates.find(({ subnet }) => subnet === SubnetId)?.zone;
            return (set.InstanceIds ?? []).map((id) => ({ id, type: set.InstanceType ?? '', ...(zone ? { zone } : {}) }));
          }),
          errors: (answer.Errors ?? []).map((error) => ({
            code: error.ErrorCode ?? 'unknown',
            message: error.ErrorMessage ?? '',
            type: error.LaunchTemplateAndOverrides?.Overrides?.InstanceType,
          })),
        };
      }),

    instances: (tags, abortSignal) =>
      call('DescribeInstances', async () => {
        const Filters = tagFilters(tags);
        const reservations = await pages(async (NextToken) => {
          const page = await client.send(new DescribeInstancesCommand({ Filters, NextToken }), { abortSignal });
          return { items: page.Reservations, token: page.NextToken };
        });
        return reservations
          .flatMap((reservation) => reservation.Instances ?? [])
          .map(
            (instance): Instance => ({
              id: instance.InstanceId ?? '',
              state: instance.State?.Name ?? 'unknown',
              type: instance.InstanceType ?? '',
              tags: tagsFrom(instance.Tags),
              market: instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
              zone: instance.Placement?.AvailabilityZone ?? '',
              launchedAt: instance.LaunchTime?.getTime(),
              reasonCode: instance.StateReason?.Code || undefined,
              transition: instance.StateTransitionReason || undefined,
              reason: instance.StateReason?.Message || instance.StateTransitionReason || undefined,
            }),
          );
      }),

    terminate: (ids, abortSignal) =>
      call('TerminateInstances', async () => {
        await client.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }), { abortSignal });
      }),

    console: (id, abortSignal) =>
      call('GetConsoleOutput', async () => {
        const { Output } = await client.send(new GetConsoleOutputCommand({ InstanceId: id }), { abortSignal });
        return Buffer.from(Output ?? '', 'base64').toString();
      }),

    spotPrice: (type, zone, at, abortSignal) =>
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
          { abortSignal },
        );
        const price = Number(SpotPriceHistory?.[0]?.SpotPrice);
        return price > 0 ? price : undefined;
      }),

    spotPrices: (types, at) =>
      call('DescribeSpotPriceHistory', async () => {
        const moment = new Date(at);
        const found = await pages(async (NextToken) => {
          const page = await client.send(
            new DescribeSpotPriceHistoryCommand({
              InstanceTypes: types as _InstanceType[],
              ProductDescriptions: ['Linux/UNIX'],
              StartTime: moment,
              EndTime: moment,
              NextToken,
            }),
          );
          return { items: page.SpotPriceHistory, token: page.NextToken };
        });
        return found
          .map(({ InstanceType = '', AvailabilityZone = '', SpotPrice }) => ({
            type: InstanceType,
            zone: AvailabilityZone,
            hourly: Number(SpotPrice),
          }))
          .filter(({ hourly }) => hourly > 0);
      }),

    taggedTemplates: (tags, abortSignal) =>
      call('DescribeLaunchTemplates', async () => {
        const found = await pages(async (NextToken) => {
          const page = await client.send(new DescribeLaunchTemplatesCommand({ Filters: tagFilters(tags), NextToken }), { abortSignal });
          return { items: page.LaunchTemplates, token: page.NextToken };
        });
        return found.map(
          ({ LaunchTemplateName, Tags, CreateTime }): Leftover => ({
            id: LaunchTemplateName ?? '',
            tags: tagsFrom(Tags),
            createdAt: CreateTime?.getTime(),
          }),
        );
      }),

    deleteTemplate: (name, abortSignal) =>
      call('DeleteLaunchTemplate', () =>
        unlessGone(
          /^InvalidLaunchTemplateName\.NotFound/,
          client.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName: name }), { abortSignal }),
        ),
      ),

    taggedVolumes: (tags, abortSignal) =>
      call('DescribeVolumes', async () => {
        const found = await pages(async (NextToken) => {
          const page = await client.send(new DescribeVolumesCommand({ Filters: tagFilters(tags), NextToken }), { abortSignal });
          return { items: page.Volumes, token: page.NextToken };
        });
        return found.map(
          ({ VolumeId, Tags, CreateTime, State }): Leftover => ({
            id: VolumeId ?? '',
            tags: tagsFrom(Tags),
            createdAt: CreateTime?.getTime(),
            state: State,
          }),
        );
      }),

    removeVolume: (id, abortSignal) =>
      call('DeleteVolume', () =>
        unlessGone(/^InvalidVolume\.NotFound/, client.send(new DeleteVolumeCommand({ VolumeId: id }), { abortSignal })),
      ),
  };
}

/** Waits for a removal. What is gone already is removed: `gone` is the name of its error. */
async function unlessGone(gone: RegExp, removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && gone.test(error.name))) throw error;
  }
}

function tagFilters(tags: Readonly<Record<string, string>>): Filter[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

function tagsFrom(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

function toTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]): Tag => ({ Key, Value }));
}

/** The request for a launch template. @param tags further ones than that of its name */
export function templateInput(name: string, data: LaunchTemplateData, tags: Readonly<Record<string, string>> = {}) {
  return {
    LaunchTemplateName: name,
    LaunchTemplateData: data,
    // the role may use only templates that bear the tag of their name
    TagSpecifications: [{ ResourceType: 'launch-template' as const, Tags: toTags({ [TEMPLATE_TAG]: name, ...tags }) }],
  };
}

/** The request for a machine. */
export function fleetInput(request: FleetRequest) {
  const Tags = toTags(request.tags);
  const { userData, maxPrice } = request;
  // rounded down: what is a limit stays one
  const MaxPrice = request.market === 'spot' && maxPrice !== undefined ? (Math.floor(maxPrice * 1e6) / 1e6).toFixed(6) : undefined;
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
          ...(userData === undefined ? {} : { LaunchTemplateSpecificationUserData: Buffer.from(userData).toString('base64') }),
        },
        Overrides: request.candidates.map(({ type, subnet }) => ({
          InstanceType: type as _InstanceType,
          SubnetId: subnet,
          ImageId: request.image,
          ...(MaxPrice === undefined ? {} : { MaxPrice }),
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
