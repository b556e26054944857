import type { Check, Failed, Observed } from '../../core/doctor/finding';
import { fine } from '../../core/doctor/finding';
import { callerFinding, claimFinding, type RepositoryIds } from '../../core/doctor/identity';
import { ownMachineFinding, rehearsalFinding, schedulerRoleFinding, spotRoleFinding, unseen } from '../../core/doctor/permission';
import {
  groupsFinding,
  imageFinding,
  quotaFinding,
  routeFinding,
  subnetsFinding,
  templateFinding,
  typesFinding,
} from '../../core/doctor/place';
import { repositoryTags } from '../../core/identity';
import { QUOTAS } from '../../core/policies/permissions';
import type { PolicyFacts } from '../../core/policies/statement';
import { audience } from '../../core/policies/trust';
import type { Market } from '../../core/runner/next-try';
import type { RuntimeConfig, RuntimeMachine, RuntimeRegion } from '../../core/runtime-config';
import type { Context } from '../command';
import type { Account, Rehearsal } from '../edges/account';
import type { Ec2, FleetRequest } from '../edges/ec2';
import { regionTemplate } from '../runner/region-template';
import { SCHEDULER_ROLE } from '../runner/schedule';
import { amazonLinux, machineImage } from '../runner/template';
import { check, observe } from './observe';

/** Every launch may need both: a build that Spot took back is made again on demand. */
const MARKETS: readonly Market[] = ['spot', 'on-demand'];

/** Who asks AWS, and whether AWS trusts the job. */
export async function identityChecks(
  { account, env, probes }: Pick<Context, 'account' | 'env' | 'probes'>,
  ids: RepositoryIds | undefined,
  config: RuntimeConfig,
  facts: PolicyFacts,
): Promise<Check[]> {
  const [caller, claims] = await Promise.all([
    observe(async () => (await account(config.regions[0].name)).caller()),
    observe(() => probes.claims(audience(facts.partition))),
  ]);
  return [
    check('aws', 'credentials', callerFinding(caller, facts)),
    check('aws', 'claim of the job', claimFinding(claims, ids, facts)),
    ...(facts.schedules ? [check('aws', "scheduler's role", schedulerRoleFinding(env[SCHEDULER_ROLE], facts))] : []),
  ];
}

/** One kind of machine in one region. */
interface Place {
  readonly region: RuntimeRegion;
  readonly architecture: string;
  readonly machine: RuntimeMachine;
}

/** All checks of one region. */
export async function regionChecks(
  { account, ec2 }: Pick<Context, 'account' | 'ec2'>,
  region: RuntimeRegion,
  config: RuntimeConfig,
  facts: PolicyFacts,
): Promise<Check[]> {
  const [here, cloud] = await Promise.all([account(region.name), ec2(region.name)]);
  const places = config.architectures.flatMap(({ name, spot }) => (spot ? [{ region, architecture: name, machine: spot }] : []));
  const at = (name: string) => `${region.name} ${name}`;

  const subnets = await observe(() => here.subnets(region.subnets));
  const seen = 'seen' in subnets ? subnets.seen : [];
  const vpcs = [...new Set(seen.map(({ vpc }) => vpc))];
  const zones = [...new Set(seen.map(({ zone }) => zone))];
  const [groups, spot, onDemand, needed] = await Promise.all([
    observe(() => here.securityGroups(region.securityGroups, vpcs[0] ?? '')),
    observe(() => here.quota(QUOTAS.spot)),
    observe(() => here.quota(QUOTAS['on-demand'])),
    vcpusAtOnce(here, places),
  ]);
  const quota = (market: Market, has: Observed<number>) =>
    'seen' in needed
      ? quotaFinding(has, needed.seen, market, region.name, QUOTAS[market], facts)
      : unseen(needed.failed, 'ec2:DescribeInstanceTypes', facts);
  const ofPlaces = (await Promise.all(places.map((place) => placeChecks(here, cloud, place, seen, zones, config, facts)))).flat();
  return [
    check('aws', at('subnets'), subnetsFinding(subnets, region.subnets, region.name, facts)),
    check('aws', at('way out'), routeFinding(subnets, facts)),
    check('aws', at('security groups'), groupsFinding(groups, region.securityGroups, vpcs, region.name, facts)),
    check('aws', at('Spot quota'), quota('spot', spot), false),
    check('aws', at('on-demand quota'), quota('on-demand', onDemand), false),
    ...ofPlaces,
    ...(await ownMachineChecks(here, cloud, region.name, facts)),
  ];
}

/** What builds of all architectures take at once, each on the biggest type that its fleet may choose. */
async function vcpusAtOnce(account: Account, places: readonly Place[]): Promise<Observed<number>> {
  return observe(async () => {
    const types = [...new Set(places.flatMap(({ machine }) => machine.instanceTypes))];
    const known = await account.instanceTypes(types);
    return places.reduce((sum, { machine }) => {
      const sizes = known.filter(({ type }) => machine.instanceTypes.includes(type)).map(({ vcpus }) => vcpus);
      return sum + Math.max(0, ...sizes);
    }, 0);
  });
}

/** What differs by architecture: types, image, template, and whether a launch would be allowed. */
async function placeChecks(
  account: Account,
  ec2: Ec2,
  { region, architecture, machine }: Place,
  subnets: readonly { readonly id: string; readonly zone: string }[],
  zones: readonly string[],
  config: RuntimeConfig,
  facts: PolicyFacts,
): Promise<Check[]> {
  const at = (name: string) => `${region.name} ${architecture} ${name}`;
  const parameter = amazonLinux(machine.cpu).replace('resolve:ssm:', '');
  const template = regionTemplate(region, machine, config.timeToLive);
  const [offerings, image, hasTemplate] = await Promise.all([
    observe(() => ec2.offerings(machine.instanceTypes)),
    machine.ami ? undefined : observe(() => account.parameter(parameter)),
    observe(() => ec2.hasTemplate(template.name)),
  ]);

  const offered = 'seen' in offerings ? offerings.seen : [];
  const [candidate] = subnets.flatMap(({ id, zone }) => {
    const type = machine.instanceTypes.find((one) => offered.some((offer) => offer.type === one && offer.zone === zone));
    return type ? [{ type, subnet: id, zone }] : [];
  });
  const request = (market: Market): FleetRequest => ({
    market,
    clientToken: `spot-image-doctor-${architecture}`,
    template: template.name,
    image: machineImage(machine),
    userData: '#!/bin/sh\n',
    candidates: candidate ? [candidate] : [],
    tags: { Name: 'spot-image doctor', ...repositoryTags(facts.repository) },
  });
  const rehearsals: readonly (readonly [name: string, what: Rehearsal])[] = candidate
    ? MARKETS.flatMap((market) =>
        (['CreateFleet', 'RunInstances'] as const).map((action) => {
          const what: Rehearsal = { action, request: request(market), template: template.data };
          return [`${action} ${market}`, what] as const;
        }),
      )
    : [];
  const answers = await Promise.all(
    rehearsals.map(async ([name, what]) => [name, what, await observe(() => account.rehearse(what))] as const),
  );
  const [, , fleet] = answers[0] ?? [];
  const make = await observe(() => account.rehearse({ action: 'CreateLaunchTemplate', ...template }));
  return [
    check('aws', at('instance types'), typesFinding(offerings, machine.instanceTypes, zones, facts)),
    ...(image ? [check('aws', at('image'), imageFinding(image, parameter, facts))] : []),
    check('aws', at('launch template'), templateFinding(hasTemplate, template.name, facts)),
    check('aws', at('CreateLaunchTemplate'), rehearsalFinding('ec2:CreateLaunchTemplate', make, facts)),
    ...answers.map(([name, { action }, answer]) => check('aws', at(name), rehearsalFinding(`ec2:${action}`, answer, facts))),
    ...(candidate
      ? []
      : [
          check('aws', at('launch'), {
            verdict: 'unknown',
            found: 'no type is offered in a subnet that is seen, so no launch can be tried',
          }),
        ]),
    ...(fleet ? [check('aws', at('Spot role'), spotRoleFinding(fleet))] : []),
  ];
}

/** What may be done to machines that bear this repository's tag, if there is one to try it on. */
async function ownMachineChecks(account: Account, ec2: Ec2, region: string, facts: PolicyFacts): Promise<Check[]> {
  const machines = await observe(() => ec2.instances(repositoryTags(facts.repository)));
  const look = 'seen' in machines ? fine('ec2:DescribeInstances is allowed') : unseen(machines.failed, 'ec2:DescribeInstances', facts);
  const [machine] = 'seen' in machines ? machines.seen : [];
  const tries = await Promise.all(
    (['TerminateInstances', 'GetConsoleOutput'] as const).map(async (action) => {
      const answer: Observed<Failed> | undefined = machine && (await observe(() => account.rehearse({ action, id: machine.id })));
      return check('aws', `${region} ${action}`, ownMachineFinding(`ec2:${action}`, answer, facts));
    }),
  );
  return [check('aws', `${region} DescribeInstances`, look), ...tries];
}
