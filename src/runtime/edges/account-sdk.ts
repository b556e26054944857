import type { _InstanceType, IpPermission, RouteTable, Subnet } from '@aws-sdk/client-ec2';
import type { Account, GroupFacts, Rehearsal } from './account';
import { CloudError } from './ec2';
import { fleetInput, templateInput } from './ec2-sdk';
import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DescribeInstanceTypesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  GetCallerIdentityCommand,
  GetConsoleOutputCommand,
  GetParameterCommand,
  GetServiceQuotaCommand,
  RunInstancesCommand,
  ServiceQuotasClient,
  SSMClient,
  STSClient,
  TerminateInstancesCommand,
} from './vendor';

/** Of one attempt: people wait for the answer. */
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTION_TIMEOUT_MS = 5_000;
const ATTEMPTS = 3;

/** The account through AWS's SDKs. Credentials and endpoint come from the standard environment variables. */
export function sdkAccount(region: string): Account {
  const settings = {
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  };
  const ec2 = new EC2Client(settings);

  async function call<T>(service: string, action: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const code = name === 'Error' ? ((error as NodeJS.ErrnoException).code ?? name) : name;
      throw new CloudError(code, region, action, message, { cause: error, service });
    }
  }

  async function pages<T>(next: (token: string | undefined) => Promise<{ items: T[] | undefined; token: string | undefined }>) {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const page = await next(token);
      all.push(...(page.items ?? []));
      token = page.token || undefined;
    } while (token);
    return all;
  }

  const routes = (vpcs: readonly string[]) =>
    call('EC2', 'DescribeRouteTables', () =>
      pages(async (NextToken) => {
        const Filters = [{ Name: 'vpc-id', Values: [...vpcs] }];
        const page = await ec2.send(new DescribeRouteTablesCommand({ Filters, NextToken }));
        return { items: page.RouteTables, token: page.NextToken };
      }),
    );

  return {
    region,

    caller: () =>
      call('STS', 'GetCallerIdentity', async () => {
        const { Account, Arn } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
        return { account: Account ?? '', arn: Arn ?? '' };
      }),

    rehearse: async (what) => {
      try {
        await call('EC2', what.action, () => send(ec2, what));
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        return { code: error.code, message: (error.cause as Error).message };
      }
      // it must not happen: what was asked for is a rehearsal
      throw new CloudError('DryRunIgnored', region, what.action, 'it answered a dry run as if it had done what was asked');
    },

    subnets: (ids) =>
      call('EC2', 'DescribeSubnets', async () => {
        const which = ids.length > 0 ? { SubnetIds: [...ids] } : { Filters: [{ Name: 'default-for-az', Values: ['true'] }] };
        const found = await pages(async (NextToken) => {
          const page = await ec2.send(new DescribeSubnetsCommand({ ...which, NextToken }));
          return { items: page.Subnets, token: page.NextToken };
        });
        const vpcs = [...new Set(found.map(({ VpcId = '' }) => VpcId))];
        const tables = vpcs.length > 0 ? await routes(vpcs) : [];
        return found.map((subnet) => ({
          id: subnet.SubnetId ?? '',
          zone: subnet.AvailabilityZone ?? '',
          vpc: subnet.VpcId ?? '',
          free: subnet.AvailableIpAddressCount ?? 0,
          wayOut: wayOut(subnet, tables),
        }));
      }),

    securityGroups: (ids, vpc) =>
      call('EC2', 'DescribeSecurityGroups', async () => {
        const Filters = [
          { Name: 'vpc-id', Values: [vpc] },
          { Name: 'group-name', Values: ['default'] },
        ];
        const { SecurityGroups = [] } = await ec2.send(
          new DescribeSecurityGroupsCommand(ids.length > 0 ? { GroupIds: [...ids] } : { Filters }),
        );
        return SecurityGroups.map(
          ({ GroupId = '', VpcId = '', IpPermissions = [] }): GroupFacts => ({
            id: GroupId,
            vpc: VpcId,
            ingress: IpPermissions.flatMap((permission) => sources(permission, GroupId)),
          }),
        );
      }),

    instanceTypes: (types) =>
      call('EC2', 'DescribeInstanceTypes', async () => {
        const found = await pages(async (NextToken) => {
          // a filter, because a type that the region lacks is an error of the whole call otherwise
          const Filters = [{ Name: 'instance-type', Values: [...types] }];
          const page = await ec2.send(new DescribeInstanceTypesCommand({ Filters, NextToken }));
          return { items: page.InstanceTypes, token: page.NextToken };
        });
        return found.map(({ InstanceType = '', VCpuInfo, MemoryInfo }) => ({
          type: InstanceType,
          vcpus: VCpuInfo?.DefaultVCpus ?? 0,
          memoryMib: MemoryInfo?.SizeInMiB ?? 0,
        }));
      }),

    quota: (QuotaCode) =>
      call('Service Quotas', 'GetServiceQuota', async () => {
        const { Quota } = await new ServiceQuotasClient(settings).send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode }));
        if (Quota?.Value === undefined) throw new Error('the answer has no value');
        return Quota.Value;
      }),

    parameter: (Name) =>
      call('SSM', 'GetParameter', async () => {
        const { Parameter } = await new SSMClient(settings).send(new GetParameterCommand({ Name }));
        return Parameter?.Value ?? '';
      }),
  };
}

async function send(ec2: EC2Client, what: Rehearsal): Promise<unknown> {
  const DryRun = true;
  switch (what.action) {
    case 'CreateFleet':
      return ec2.send(new CreateFleetCommand({ ...fleetInput(what.request), DryRun }));
    case 'RunInstances':
      return ec2.send(new RunInstancesCommand({ ...runInput(what), DryRun }));
    case 'CreateLaunchTemplate':
      return ec2.send(new CreateLaunchTemplateCommand({ ...templateInput(what.name, what.data), DryRun }));
    case 'TerminateInstances':
      return ec2.send(new TerminateInstancesCommand({ InstanceIds: [what.id], DryRun }));
    case 'GetConsoleOutput':
      return ec2.send(new GetConsoleOutputCommand({ InstanceId: what.id, DryRun }));
  }
}

/**
 * What a fleet runs in its asker's name, for the first candidate. Spelled out instead of
 * naming the template: that need not be there yet.
 */
function runInput({ request, template }: Rehearsal & { readonly action: 'CreateFleet' | 'RunInstances' }) {
  const [candidate] = request.candidates;
  const [NetworkInterface] = template.NetworkInterfaces ?? [];
  const Tags = Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    MinCount: 1,
    MaxCount: 1,
    ImageId: request.image,
    InstanceType: candidate.type as _InstanceType,
    InstanceInitiatedShutdownBehavior: template.InstanceInitiatedShutdownBehavior,
    ...(request.market === 'spot' ? { InstanceMarketOptions: { MarketType: 'spot' as const } } : {}),
    MetadataOptions: template.MetadataOptions,
    BlockDeviceMappings: template.BlockDeviceMappings,
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        AssociatePublicIpAddress: NetworkInterface?.AssociatePublicIpAddress,
        Groups: NetworkInterface?.Groups,
        SubnetId: candidate.subnet,
      },
    ],
    TagSpecifications: [
      { ResourceType: 'instance' as const, Tags },
      { ResourceType: 'volume' as const, Tags },
    ],
  };
}

/** Where a subnet's route to everywhere leads: its own table decides, or else the VPC's main one. */
function wayOut({ SubnetId, VpcId }: Subnet, tables: readonly RouteTable[]): string | undefined {
  const own = tables.find(({ Associations = [] }) => Associations.some((one) => one.SubnetId === SubnetId));
  const main = tables.find((table) => table.VpcId === VpcId && table.Associations?.some(({ Main }) => Main));
  const route = (own ?? main)?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  );
  return (
    route && (route.GatewayId ?? route.NatGatewayId ?? route.TransitGatewayId ?? route.NetworkInterfaceId ?? route.InstanceId ?? 'a route')
  );
}

/** Whom a rule lets in, besides members of the group itself. */
function sources(permission: IpPermission, group: string): string[] {
  const { IpProtocol, FromPort, ToPort } = permission;
  const ports = IpProtocol === '-1' ? 'all ports' : `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`;
  const from = [
    ...(permission.IpRanges ?? []).map(({ CidrIp }) => CidrIp),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6 }) => CidrIpv6),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId }) => PrefixListId),
    ...(permission.UserIdGroupPairs ?? []).map(({ GroupId }) => GroupId).filter((id) => id !== group),
  ];
  return from.map((source) => `${source} ${ports}`);
}
