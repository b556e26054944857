import { type CandidateTable, candidateTable, type PricedCandidate } from '../../core/candidates';
import { formatCny, formatUsd, REFERENCE_BUILD } from '../../core/cost';
import { type Price, TARGET_CNY } from '../../core/prices';
import { mendOf } from '../../core/runner/cloud-error';
import type { Command, Context } from '../command';
import { CloudError } from '../edges/ec2';
import { UsageError } from '../failure';
import { architectureFrom } from '../run';

/** The candidates of one architecture in one region, or why there are none to be seen. */
interface Section {
  readonly architecture: string;
  readonly region: string;
  readonly table?: CandidateTable;
  readonly failure?: string;
}

const HEAD = ['type', 'vCPU', 'GiB', 'zone', 'Spot / h', 'on demand / h', `${REFERENCE_BUILD.minutes} min`, 'with disk, address'];

function perHour(price: Price | undefined): string {
  return price ? `${price.currency === 'USD' ? '$' : '¥'}${price.value}` : 'unknown';
}

function row({ type, vcpus, memoryGib, zone, spot, onDemand, machine, total }: PricedCandidate): string[] {
  const both = (cost: PricedCandidate['total']) => (cost ? `${formatUsd(cost)} ${formatCny(cost)}` : 'unknown');
  return [
    type,
    String(vcpus ?? 'unknown'),
    String(memoryGib ?? 'unknown'),
    zone,
    perHour(spot),
    perHour(onDemand),
    both(machine),
    both(total),
  ];
}

/** Columns as wide as their widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((cells) => cells[i].length)));
  return rows.map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}

function render({ architecture, region, table, failure }: Section): string {
  const title = `${architecture} in ${region}`;
  if (!table) return `${title}: ${failure}`;
  const { candidates, absent } = table;
  return [
    `${title}: ${candidates.length} candidates`,
    ...(candidates.length > 0 ? aligned([HEAD, ...candidates.map(row)]) : []),
    ...absent.map(({ type, reason }) => `${type}: ${reason}`),
  ].join('\n');
}

async function look({ account, ec2, clock }: Context, region: string, subnets: readonly string[], types: readonly string[]) {
  const [here, cloud] = await Promise.all([account(region), ec2(region)]);
  const [found, offerings, known, prices] = await Promise.all([
    cloud.subnets(subnets),
    cloud.offerings(types),
    here.instanceTypes(types),
    cloud.spotPrices(types, clock.now()),
  ]);
  return { region, subnets: found, offerings, types: known, prices };
}

/** `plan`: what a launch would choose from. */
export const planCommand: Command = {
  name: 'plan',
  summary: 'Shows the machines that a launch would choose from, and what a build costs on them.',
  help: `[--arch NAME] [--region REGION] [--json]

  --arch NAME       Only this architecture. Default: all that are built on EC2.
  --region REGION   Only this one of the config's regions.

It launches nothing and needs rights to look only: ec2:DescribeSubnets,
DescribeInstanceTypeOfferings, DescribeInstanceTypes, DescribeSpotPriceHistory. Spot
prices are those of now; on-demand prices come from a dated list. The cost is that of a
build of ${REFERENCE_BUILD.minutes} minutes with a disk of ${REFERENCE_BUILD.diskGib} GiB. What is not known is shown as unknown.

Environment: AWS credentials; AWS_ENDPOINT_URL for another endpoint.

Exit code 1: an architecture has no candidate in any region, or nothing could be seen.
`,
  options: { arch: { type: 'string' }, region: { type: 'string' } },
  async run(values, context) {
    const config = context.config();
    const chosen = values.arch === undefined ? config.architectures : [architectureFrom(values, config)];
    const regions = config.regions.filter(({ name }) => values.region === undefined || name === values.region);
    if (regions.length === 0)
      throw new UsageError(
        `--region "${values.region}" is no region of this project; there are ${config.regions.map(({ name }) => name).join(', ')}.`,
      );
    const sections = await Promise.all(
      chosen.flatMap(({ name: architecture, spot }) =>
        (spot ? regions : []).map(async (region): Promise<Section> => {
          const types = spot?.instanceTypes ?? [];
          try {
            const market = await look(context, region.name, region.subnets, types);
            return { architecture, region: region.name, table: candidateTable(types, market) };
          } catch (error) {
            if (!(error instanceof CloudError)) throw error;
            return { architecture, region: region.name, failure: `${error.message} (${mendOf(error.code)})` };
          }
        }),
      ),
    );
    const hosted = chosen.filter(({ spot }) => !spot).map(({ name }) => `${name}: its builder is kept ready; nothing is launched.`);
    const bare = chosen.filter(
      ({ name, spot }) =>
        spot && !sections.some(({ architecture, table }) => architecture === name && table && table.candidates.length > 0),
    );
    const target = `The target is ¥${TARGET_CNY.low}-${TARGET_CNY.high} for each architecture's build; ${REFERENCE_BUILD.minutes} minutes are an assumption.`;
    const text = [...sections.map(render), ...hosted, ...(sections.length > 0 ? [target] : [])].join('\n\n');
    const json = { minutes: REFERENCE_BUILD.minutes, targetCny: TARGET_CNY, sections };
    return {
      json,
      text,
      outputs: {},
      ...(bare.length > 0 ? { failure: `There is no candidate for ${bare.map(({ name }) => name).join(', ')}.` } : {}),
    };
  },
};
