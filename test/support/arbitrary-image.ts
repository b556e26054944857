/** Arbitrary options of any image that are valid. */
import fc from 'fast-check';
import type { ArchitectureOptions, PipelineOptions, RegionOptions, SpotImageProjectOptions } from '../../src/core/options';
import { HOSTED_LABELS, PLATFORMS } from '../../src/core/platform';
import { component, folderUrl, line, maybe, word } from './arbitrary-words';

const ALL_PLATFORMS = Object.keys(PLATFORMS);

/** Labels that the linters' own lists have. */
const LABELS = Object.keys(HOSTED_LABELS).filter((label) => !label.includes('26.04'));

function hosted(platform: string): fc.Arbitrary<ArchitectureOptions['hosted']> {
  const own = word.map((name) => ({ runner: `my-${name}` }));
  const github = LABELS.filter((label) => HOSTED_LABELS[label] === platform).map((runner) => ({ runner }));
  return github.length > 0 ? fc.oneof(own, fc.constantFrom({}, ...github)) : own;
}

function spot(platform: string): fc.Arbitrary<ArchitectureOptions['spot']> {
  const { families } = PLATFORMS[platform];
  return fc.record(
    {
      families: fc.subarray([...families], { minLength: 1 }),
      size: fc.constantFrom('large', 'xlarge', '2xlarge', '4xlarge'),
      ami: fc.constantFrom('ami-0123456789abcdef0', 'ami-0a1b2c3d'),
    },
    { requiredKeys: [] },
  );
}

type Builder = Pick<ArchitectureOptions, 'spot' | 'hosted' | 'emulated'>;

/** How a platform's builder may be had; `emulate` stands for "on the first one". */
function builder(platform: string): fc.Arbitrary<Builder | 'emulate'> {
  const native: fc.Arbitrary<Builder>[] = [hosted(platform).map((options) => ({ hosted: options }))];
  if (PLATFORMS[platform].ec2Cpu !== undefined)
    native.push(
      fc.constant({}),
      spot(platform).map((options) => ({ spot: options })),
    );
  return fc.oneof(...native, fc.constant<'emulate'>('emulate'));
}

/** `linux/arm/v7` may be left away for none but the name that it follows from. */
function names(platform: string, i: number): fc.Arbitrary<Pick<ArchitectureOptions, 'name' | 'platform'>> {
  const cpu = platform.replace('linux/', '');
  const named = word.map((prefix) => ({ name: `${prefix}${i}`, platform }));
  return /^[a-z][a-z0-9]*$/.test(cpu) ? fc.oneof(fc.constant({ name: cpu }), named) : named;
}

/** Rows of architectures, natively built or emulated on the first one. */
export function validArchitectures(platforms: readonly string[] = ALL_PLATFORMS): fc.Arbitrary<ArchitectureOptions[]> {
  return fc
    .shuffledSubarray([...platforms], { minLength: 1, maxLength: 5 })
    .chain((chosen) => fc.tuple(...chosen.map((platform, i) => fc.tuple(names(platform, i), builder(platform), hosted(platform)))))
    .map((rows) => {
      const [on] = rows.map(([row]) => row.name);
      return rows.map(([row, how, instead], i) => {
        if (how !== 'emulate') return { ...row, ...how };
        return { ...row, ...(i === 0 ? { hosted: instead } : { emulated: { on } }) };
      });
    });
}

const region: fc.Arbitrary<RegionOptions[]> = fc.boolean().chain((china) =>
  fc
    .shuffledSubarray(china ? ['cn-north-1', 'cn-northwest-1'] : ['us-east-1', 'eu-central-1', 'ap-southeast-2', 'il-central-1'], {
      minLength: 1,
    })
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) =>
          fc.record(
            {
              name: fc.constant(name),
              subnets: fc.subarray(['subnet-0123456789abcdef0', 'subnet-0a1b2c3d']),
              securityGroups: fc.subarray(['sg-0123456789abcdef0', 'sg-0a1b2c3d']),
            },
            { requiredKeys: ['name'] },
          ),
        ),
      ),
    ),
);

const branch = fc
  .tuple(word, fc.array(fc.tuple(fc.constantFrom('/', '-', '_', '.'), word), { maxLength: 2 }))
  .map(([first, rest]) => first + rest.flat().join(''))
  .filter((name) => !/^refs\/|\.lock(?:\/|$)/.test(name));

/** Ends neither with an architecture's suffix nor begins like a version. */
const branchTag = fc.tuple(word, fc.constantFrom('', '.x', '_1', '-rc', '-EDGE')).map(([name, end]) => name + end);

const branchTags = fc
  .uniqueArray(fc.tuple(branch, branchTag), { maxLength: 4, selector: ([, tag]) => tag.toLowerCase() })
  .map((pairs) => Object.fromEntries(pairs));

const pipeline: fc.Arbitrary<PipelineOptions> = fc.record(
  {
    triggers: fc.boolean(),
    branchTags,
    aliases: fc.boolean(),
    buildTimeoutMinutes: fc.integer({ min: 5, max: 360 }),
    cache: fc.boolean(),
    sbom: fc.boolean(),
    sign: fc.boolean(),
    hostedRunner: fc.oneof(
      fc.constantFrom(...LABELS),
      word.map((name) => `my-${name}`),
    ),
    regions: region,
    onDemandFallback: fc.boolean(),
    hostedFallback: fc.boolean(),
    maxBuildPrice: fc.double({ min: 0.001, max: 100, noNaN: true }),
    proxy: fc.constantFrom('http://proxy.example.com:3128', 'http://10.0.0.1:8080'),
    environment: word,
    endBySchedule: fc.boolean(),
    runnerGroup: word.map((name) => `${name}-builders`),
    runnerToken: fc.constantFrom('app', 'secret'),
    actionPins: fc.subarray([
      { action: 'actions/checkout', commit: 'a'.repeat(40), version: 'v8.0.0' },
      { action: 'docker/setup-buildx-action', commit: '0123456789abcdef'.repeat(3).slice(0, 40), version: 'v5.0.0-rc.1' },
      { action: 'some-body/an_action/path.x', commit: 'b'.repeat(40), version: '2026.11' },
    ]),
  },
  { requiredKeys: [] },
);

/** What every image's options have, architectures aside. */
const common: fc.Arbitrary<SpotImageProjectOptions> = fc.record(
  {
    name: component,
    owner: component,
    registry: fc.constantFrom('ghcr.io', 'docker.io', 'localhost:5000', 'registry.cn-hangzhou.aliyuncs.com'),
    title: line,
    description: line,
    license: fc.constantFrom('Apache-2.0', 'BSD-2-Clause AND Apache-2.0', '(MIT OR GPL-2.0-or-later WITH Classpath-exception-2.0) AND ISC'),
    vendor: line,
    source: folderUrl,
    additionalRegistries: fc.uniqueArray(
      fc.record({ registry: fc.constantFrom('quay.io', 'a.example:5000'), owner: maybe(component), name: maybe(component) }),
      { maxLength: 2, selector: ({ registry }) => registry },
    ),
    pipeline,
    documents: fc.record({ languages: fc.shuffledSubarray(['en', 'zh'], { minLength: 1 }) }, { requiredKeys: [] }),
    mirrors: fc.dictionary(folderUrl, folderUrl, { maxKeys: 2 }),
  },
  { requiredKeys: ['name', 'owner'] },
);

/** A machine image belongs to one region. */
function withoutImage({ spot, ...row }: ArchitectureOptions): ArchitectureOptions {
  return spot ? { ...row, spot: { families: spot.families, size: spot.size } } : row;
}

/**
 * Options of any image.
 * @param platforms that its architectures may have
 */
export function validImageOptions(platforms?: readonly string[]): fc.Arbitrary<SpotImageProjectOptions> {
  return fc.tuple(common, maybe(validArchitectures(platforms))).map(([options, architectures]) => ({
    ...options,
    architectures: (options.pipeline?.regions?.length ?? 1) > 1 ? architectures?.map(withoutImage) : architectures,
  }));
}
