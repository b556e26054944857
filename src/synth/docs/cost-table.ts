/** What a build costs, as a table of the dated constants. */
import { hostBuilder } from '../../core/architecture';
import type { Language, SpotBuilder } from '../../core/config';
import { type Cost, formatCny, formatUsd, hostedCost, machineCost, REFERENCE_BUILD } from '../../core/cost';
import { HOSTED_LABELS, PLATFORMS } from '../../core/platform';
import {
  addressPrice,
  CNY_PER_USD,
  type DatedFigure,
  diskPrice,
  hostedPrice,
  onDemandPrice,
  type Price,
  TARGET_CNY,
} from '../../core/prices';
import type { Build, Facts } from './facts';
import { type Block, bullets, code, table } from './markdown';
import type { Words } from './words';

/** `¥0.05-0.1`. */
export const TARGET_RANGE = `¥${TARGET_CNY.low}-${TARGET_CNY.high}`;

/** The build that the table counts. */
export const REFERENCE = REFERENCE_BUILD;

const SECONDS = REFERENCE.minutes * 60;

const UNKNOWN: Words = { en: 'unknown', zh: '未知' };

function both(cost: Cost | undefined, language: Language): string {
  return cost === undefined ? UNKNOWN[language] : `${formatUsd(cost)} / ${formatCny(cost)}`;
}

const UNITS: Readonly<Record<Price['unit'], Words>> = {
  hour: { en: 'hour', zh: '小时' },
  minute: { en: 'minute', zh: '分钟' },
  'GiB-month': { en: 'GiB and month', zh: 'GiB·月' },
};

function priceInWords(price: Price | undefined, language: Language): string {
  if (price === undefined) return UNKNOWN[language];
  return `${price.currency === 'USD' ? '$' : '¥'}${price.value} / ${UNITS[price.unit][language]}`;
}

/** The runner that does this build, or that GitHub has for it. */
function hostedRunner({ architecture, host }: Build): string | undefined {
  const builder = hostBuilder(architecture);
  return builder.kind === 'hosted' ? builder.runner : PLATFORMS[host.platform]?.hostedRunner;
}

interface MachineRow {
  readonly machine: string;
  readonly price: Price | undefined;
  readonly alone: Cost | undefined;
  readonly total: Cost | undefined;
}

/** Types with a known price, cheapest first; the others in one row. */
function spotRows({ instanceTypes }: SpotBuilder, region: string): MachineRow[] {
  const types = instanceTypes.map((type) => ({ type, hourly: onDemandPrice(region, type) }));
  const priced = types
    .flatMap(({ type, hourly }) => (hourly ? [{ type, hourly }] : []))
    .sort((a, b) => a.hourly.value - b.hourly.value)
    .map(({ type, hourly }): MachineRow => {
      const { instance, total } = machineCost({ region, hourly, seconds: SECONDS, diskGib: REFERENCE.diskGib });
      return { machine: code(type), price: hourly, alone: instance, total };
    });
  const others = types.filter(({ hourly }) => hourly === undefined).map(({ type }) => code(type));
  return others.length === 0 ? priced : [...priced, { machine: others.join(', '), price: undefined, alone: undefined, total: undefined }];
}

function rowsOf({ config }: Facts, build: Build, language: Language): string[][] {
  const { architecture, host } = build;
  if (architecture.builder.kind === 'emulated') {
    // How much longer it takes depends on the image.
    const machine = { en: `${host.label}'s, emulating`, zh: `${host.label} 的机器，模拟` }[language];
    return [[architecture.label, machine, ...Array<string>(4).fill(UNKNOWN[language])]];
  }
  const builder = hostBuilder(architecture);
  const runner = hostedRunner(build);
  const hosted = runner === undefined ? undefined : hostedCost(runner, SECONDS);
  const rows =
    builder.kind === 'spot'
      ? spotRows(builder, config.pipeline.regions[0].name)
      : [{ machine: code(builder.runner), price: hostedPrice(builder.runner), alone: hosted, total: hosted }];
  return rows.map(({ machine, price, alone, total }) => [
    architecture.label,
    machine,
    priceInWords(price, language),
    ...[alone, total, hosted].map((cost) => both(cost, language)),
  ]);
}

/** One row per machine whose price is known, and one for the others. */
export function costTable(facts: Facts, language: Language): Block {
  const head = {
    en: [
      'Architecture',
      'Machine',
      'Price',
      `${REFERENCE.minutes} minutes`,
      'with disk and address',
      `GitHub's runner, ${REFERENCE.minutes} minutes`,
    ],
    zh: ['架构', '机器', '价格', `${REFERENCE.minutes} 分钟`, '含磁盘和地址', `GitHub 托管运行器 ${REFERENCE.minutes} 分钟`],
  };
  return table(
    head[language],
    facts.builds.flatMap((build) => rowsOf(facts, build, language)),
  );
}

function dated({ date, source }: DatedFigure, language: Language): string {
  return { en: `${date ?? 'undated'}, ${source}`, zh: `${date ?? '未注明日期'}，${source}` }[language];
}

function figure(words: Words, price: Price | undefined, language: Language): string {
  return `${words[language]}: ${priceInWords(price, language)}${price ? ` (${dated(price, language)})` : ''}`;
}

function awsFigures(facts: Facts, language: Language): string[] {
  if (facts.spotBuilds.length === 0) return [];
  const { name } = facts.config.pipeline.regions[0];
  const sources = facts.spotBuilds.flatMap(({ architecture }) => {
    const builder = hostBuilder(architecture);
    const types = builder.kind === 'spot' ? builder.instanceTypes : [];
    return types.flatMap((type) => onDemandPrice(name, type) ?? []).map((price) => dated(price, language));
  });
  const instances: Words = { en: `Instances, on demand in ${name}`, zh: `实例（${name} 按需价格）` };
  return [
    `${instances[language]}: ${sources.length > 0 ? [...new Set(sources)].join('; ') : UNKNOWN[language]}`,
    figure({ en: `Disk, gp3, ${REFERENCE.diskGib} GiB`, zh: `磁盘（gp3，${REFERENCE.diskGib} GiB）` }, diskPrice(name), language),
    figure({ en: 'Public IPv4 address', zh: '公网 IPv4 地址' }, addressPrice(name), language),
  ];
}

/** The constants behind the table, each with its date and source. */
export function figures(facts: Facts, language: Language): Block {
  const all = [facts.config.pipeline.hostedRunner, ...facts.builds.flatMap((build) => hostedRunner(build) ?? [])];
  const runners = [...new Set(all)].filter((runner) => Object.hasOwn(HOSTED_LABELS, runner));
  return bullets([
    ...awsFigures(facts, language),
    ...runners.map((runner) =>
      figure(
        { en: `GitHub's runner ${code(runner)}, private repository`, zh: `GitHub 托管运行器 ${code(runner)}（私有仓库）` },
        hostedPrice(runner),
        language,
      ),
    ),
    `${{ en: 'Exchange rate', zh: '汇率' }[language]}: $1 = ¥${CNY_PER_USD.value} (${dated(CNY_PER_USD, language)})`,
  ]);
}
