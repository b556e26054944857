import { describe } from 'vitest';
import { type BadConfig, type Options, testBadConfigs, testGoodConfigs } from './cases';

const COMMIT = 'a'.repeat(40);
const ID = 'subnet-0123456789abcdef0';

function branches(branchTags: object): Options {
  return { pipeline: { branchTags } };
}

function region(name: string, more: object = {}): Options {
  return { pipeline: { regions: [{ name, ...more }] } };
}

function pin(change: object): Options {
  return { pipeline: { actionPins: [{ action: 'actions/checkout', commit: COMMIT, version: 'v9', ...change }] } };
}

const TAGS = 'pipeline.branchTags';
const TIME = 'pipeline.buildTimeoutMinutes';
const PIN = 'pipeline.actionPins[0]';

const cases: readonly BadConfig[] = [
  ['an action of an owner with a space', pin({ action: 'some body/x' }), `${PIN}.action`, 'it is no action', '"actions/checkout"'],
  [
    'a subnet with something in it',
    region('us-east-1', { subnets: ['subnet-x y-01234567'] }),
    'pipeline.regions[0].subnets[0]',
    'no subnet id',
    `"${ID}"`,
  ],
  ['a region without number', region('us-east-x'), 'pipeline.regions[0].name', 'it is no AWS region', '"us-east-1"'],
  [
    'a short subnet that is none',
    region('us-east-1', { subnets: ['subnet-0123456g'] }),
    'pipeline.regions[0].subnets[0]',
    'no subnet id',
    `"${ID}"`,
  ],
  ['half a minute', { pipeline: { buildTimeoutMinutes: 30.5 } }, TIME, 'no whole number', 'or leave the option away for 60'],
  ['a time-out that is no number', { pipeline: { buildTimeoutMinutes: Number.NaN } }, TIME, 'no whole number', 'from 5 to 360'],
  ['an endless time-out', { pipeline: { buildTimeoutMinutes: Number.POSITIVE_INFINITY } }, TIME, 'no whole number', 'from 5 to 360'],
  ['no time', { pipeline: { buildTimeoutMinutes: 0 } }, TIME, 'would ever end in time', 'from 5 to 360'],
  ['too little time', { pipeline: { buildTimeoutMinutes: 4 } }, TIME, 'would ever end in time', 'from 5 to 360'],
  ['less than no time', { pipeline: { buildTimeoutMinutes: -60 } }, TIME, 'would ever end in time', 'from 5 to 360'],
  ['more time than GitHub gives', { pipeline: { buildTimeoutMinutes: 361 } }, TIME, 'GitHub ends every job', 'from 5 to 360'],

  ['a branch with a pattern', branches({ 'release/*': 'latest' }), `${TAGS}["release/*"]`, 'no plain branch name', 'letters, digits'],
  ['a branch with a quote', branches({ "a'b": 'latest' }), `${TAGS}["a'b"]`, 'no plain branch name', 'letters, digits'],
  ['a branch with an expression', branches({ '${{ x }}': 'latest' }), `${TAGS}["\${{ x }}"]`, 'no plain branch name', 'letters, digits'],
  [
    'a whole ref',
    branches({ 'refs/heads/master': 'latest' }),
    `${TAGS}["refs/heads/master"]`,
    'no plain branch name',
    'without "refs/heads/"',
  ],
  ['a branch that git refuses', branches({ 'a..b': 'latest' }), `${TAGS}["a..b"]`, 'no plain branch name', 'letters, digits'],
  ['a branch that ends with .lock', branches({ 'a.lock': 'latest' }), `${TAGS}["a.lock"]`, 'no plain branch name', 'letters, digits'],
  ['a branch that ends with a slash', branches({ 'a/': 'latest' }), `${TAGS}["a/"]`, 'no plain branch name', 'letters, digits'],
  [
    'a branch that is too long',
    branches({ ['a'.repeat(201)]: 'latest' }),
    `${TAGS}["${'a'.repeat(59)}…]`,
    'no plain branch name',
    'letters, digits',
  ],
  [
    'a branch called __proto__',
    branches(JSON.parse('{ "__proto__": "latest" }')),
    `${TAGS}.__proto__`,
    'no plain branch name',
    'letters, digits',
  ],
  ['a tag with a slash', branches({ master: 'a/b' }), `${TAGS}.master`, 'it is no image tag', 'a letter, digit or _'],
  ['an empty tag', branches({ master: '' }), `${TAGS}.master`, 'it is no image tag', 'a letter, digit or _'],
  ['a tag that begins with a dash', branches({ master: '-x' }), `${TAGS}.master`, 'it is no image tag', 'a letter, digit or _'],
  ['a tag with a line break', branches({ master: 'latest\n' }), `${TAGS}.master`, 'it is no image tag', 'a letter, digit or _'],
  ['a tag that is a version', branches({ master: 'v1' }), `${TAGS}.master`, 'only git tags give them', '"latest"'],
  ['a tag that an architecture has', branches({ master: 'latest-amd64' }), `${TAGS}.master`, 'it ends with "-amd64"', 'use "latest"'],
  [
    'a tag that two architectures have',
    branches({ master: 'latest-amd64-arm64' }),
    `${TAGS}.master`,
    'it ends with "-amd64-arm64"',
    'use "latest"',
  ],
  ['a tag that is too long with its architecture', branches({ master: 'x'.repeat(123) }), `${TAGS}.master`, '129 characters', 'shorten it'],
  [
    'a tag of two branches',
    branches({ master: 'latest', main: 'latest' }),
    `${TAGS}.main`,
    'branch "master" gives this tag already',
    'another tag',
  ],
  [
    'a tag of two branches but for its case',
    branches({ master: 'latest', main: 'Latest' }),
    `${TAGS}.main`,
    'gives this tag already',
    'another tag',
  ],

  ['a mistyped region', region('us-esat-1'), 'pipeline.regions[0].name', 'it is no AWS region', '"us-east-1"'],
  ['a zone', region('us-east-1a'), 'pipeline.regions[0].name', 'it is no AWS region', '"us-east-1"'],
  ['a region of the government', region('us-gov-west-1'), 'pipeline.regions[0].name', 'partition of AWS is not supported', 'worldwide'],
  ['a sovereign region', region('eusc-de-east-1'), 'pipeline.regions[0].name', 'partition of AWS is not supported', 'worldwide'],
  ['no region', { pipeline: { regions: [] } }, 'pipeline.regions', 'no machine can be launched', 'name one'],
  [
    'a region twice',
    { pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-east-1' }] } },
    'pipeline.regions[1].name',
    'listed twice',
    'keep one',
  ],
  [
    'China and the world',
    { pipeline: { regions: [{ name: 'us-east-1' }, { name: 'cn-north-1' }] } },
    'pipeline.regions[1].name',
    "other accounts and credentials than us-east-1's",
    'keep either',
  ],
  [
    'a subnet that is none',
    region('us-east-1', { subnets: ['vpc-0123456789abcdef0'] }),
    'pipeline.regions[0].subnets[0]',
    'no subnet id',
    `"${ID}"`,
  ],
  [
    'a subnet with a wrong length',
    region('us-east-1', { subnets: [`${ID}1`] }),
    'pipeline.regions[0].subnets[0]',
    'no subnet id',
    `"${ID}"`,
  ],
  ['a subnet twice', region('us-east-1', { subnets: [ID, ID] }), 'pipeline.regions[0].subnets[1]', 'listed twice', 'keep one'],
  [
    'a security group that is none',
    region('us-east-1', { securityGroups: ['default'] }),
    'pipeline.regions[0].securityGroups[0]',
    'no security group id',
    '"sg-',
  ],

  [
    'a hosted runner that is none',
    { pipeline: { hostedRunner: 'ubuntu-25.04' } },
    'pipeline.hostedRunner',
    'no runner of this label',
    '"ubuntu-2',
  ],
  ['an environment with a colon', { pipeline: { environment: 'a:b' } }, 'pipeline.environment', 'no name of an environment', 'take out'],
  ['an environment with a wild card', { pipeline: { environment: '*' } }, 'pipeline.environment', 'no name of an environment', 'take out'],

  ['a runner group without name', { pipeline: { runnerGroup: ' ' } }, 'pipeline.runnerGroup', 'no name of a runner group', 'take out'],
  ['a runner group in two lines', { pipeline: { runnerGroup: 'a\nb' } }, 'pipeline.runnerGroup', 'no name of a runner group', 'take out'],
  [
    'a runner group with an expression',
    { pipeline: { runnerGroup: '${{ x }}' } },
    'pipeline.runnerGroup',
    'no name of a runner group',
    'take out',
  ],
  [
    'a runner group for everybody',
    { pipeline: { runnerGroup: 'Default' } },
    'pipeline.runnerGroup',
    'open to all of its repositories',
    'make a group',
  ],
  [
    'a runner group with a long name',
    { pipeline: { runnerGroup: 'g'.repeat(101) } },
    'pipeline.runnerGroup',
    '101 characters',
    'shorten it',
  ],
  [
    'a token from elsewhere',
    { pipeline: { runnerToken: 'apps' } },
    'pipeline.runnerToken',
    'comes from "app" or from "secret"',
    'use "app"',
  ],
  ['a schedule for half', { pipeline: { endBySchedule: 'yes' } }, 'pipeline.endBySchedule', '', ''],

  ['an action with its version', pin({ action: 'actions/checkout@v9' }), `${PIN}.action`, 'it is no action', 'without "@"'],
  ['an action on the way out', pin({ action: 'a/b/../../c' }), `${PIN}.action`, 'it is no action', '"actions/checkout"'],
  ['an action without owner', pin({ action: 'checkout' }), `${PIN}.action`, 'it is no action', '"actions/checkout"'],
  ['an action in the checkout', pin({ action: './x' }), `${PIN}.action`, 'it is no action', '"actions/checkout"'],
  ['a known action in another case', pin({ action: 'Actions/Checkout' }), `${PIN}.action`, 'would not be used', 'write "actions/checkout"'],
  ['a tag for a commit', pin({ commit: 'v9' }), `${PIN}.commit`, 'a tag can be moved', 'git ls-remote'],
  ['a short commit', pin({ commit: COMMIT.slice(1) }), `${PIN}.commit`, '40 lower-case', 'git ls-remote'],
  ['an upper-case commit', pin({ commit: COMMIT.toUpperCase() }), `${PIN}.commit`, '40 lower-case', 'git ls-remote'],
  ['a version that ends its comment', pin({ version: 'v9\nrun: x' }), `${PIN}.version`, 'it is no version', 'take out'],
  [
    'an action twice',
    { pipeline: { actionPins: [1, 2].map(() => ({ action: 'a/b', commit: COMMIT, version: 'v1' })) } },
    'pipeline.actionPins[1].action',
    'listed twice',
    'keep one',
  ],
  ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY].map(
    (price): BadConfig => [
      `a price of ${price}`,
      { pipeline: { maxBuildPrice: price } },
      'pipeline.maxBuildPrice',
      'it is no price',
      'or leave the option away',
    ],
  ),
  ...[
    'proxy.example.com:3128',
    'https://proxy.example.com:3128',
    'http://proxy.example.com',
    'http://user:pw@proxy.example.com:3128',
    'http://proxy.example.com:3128/',
    'http://proxy.example.com:99999',
    'http://$(id):3128',
    'http://a:1\nb',
  ].map((proxy): BadConfig => [`the proxy ${proxy}`, { pipeline: { proxy } }, 'pipeline.proxy', 'no plain address of a proxy', '3128"']),
  [
    'a machine image for two regions',
    {
      architectures: [{ name: 'amd64', spot: { ami: 'ami-0123456789abcdef0' } }],
      pipeline: { regions: [{ name: 'us-east-1' }, { name: 'us-west-2' }] },
    },
    'architectures[0].spot.ami',
    'belongs to one region',
    'keep one region',
  ],
  ...['ami-1', 'Ami-0123456789abcdef0', 'ami-0123456789abcdef0 ', 'resolve:ssm:/x'].map(
    (ami): BadConfig => [
      `the machine image ${ami}`,
      { architectures: [{ name: 'amd64', spot: { ami } }] },
      'architectures[0].spot.ami',
      'it is no id of a machine image',
      '"ami-0123456789abcdef0"',
    ],
  ),
];

describe('bad pipelines', () => {
  testBadConfigs(cases);
});

describe('unusual ones that are fine', () => {
  testGoodConfigs([
    ['no branch gives a tag', branches({})],
    ['a branch in folders', branches({ 'team/release-1.x': 'edge' })],
    ['the shortest and the longest tag', branches({ a: 'x', b: 'y'.repeat(122) })],
    ['the longest branch', branches({ ['a'.repeat(200)]: 'latest' })],
    ['six hours', { pipeline: { buildTimeoutMinutes: 360 } }],
    ['five minutes', { pipeline: { buildTimeoutMinutes: 5 } }],
    ['regions of China', { pipeline: { regions: [{ name: 'cn-north-1' }, { name: 'cn-northwest-1' }] } }],
    ['a proxy by its address', { pipeline: { proxy: 'http://10.0.0.1:8080' } }],
    ['a price below a cent', { pipeline: { maxBuildPrice: 0.005 } }],
    ['a machine image', { architectures: [{ name: 'arm64', spot: { ami: 'ami-0a1b2c3d' } }] }],
    ['a region that is yet to come', region('ap-southeast-9')],
    ['a runner group', { pipeline: { runnerGroup: 'tomcat-builders' } }],
    ['a stored token', { pipeline: { runnerToken: 'secret' } }],
    ['no schedule', { pipeline: { endBySchedule: false } }],
    ['a part of an action repository', pin({ action: 'github/codeql-action/init' })],
  ]);
});
