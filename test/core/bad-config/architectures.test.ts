import { describe, expect, test } from 'vitest';
import type { ArchitectureOptions } from '../../../src/core/options';
import { resolveImageConfig } from '../../../src/core/resolve';
import { type BadConfig, faultsOf, type Options, testBadConfigs, testGoodConfigs } from './cases';

const AMD64: ArchitectureOptions = { name: 'amd64' };

function rows(...architectures: readonly object[]): Options {
  return { architectures };
}

const cases: readonly BadConfig[] = [
  [
    'a platform that Alpine has no image for',
    rows(AMD64, { name: 'armv5', platform: 'linux/arm/v5', emulated: { on: 'amd64' } }),
    'architectures[1].platform',
    'image of alpine is not published',
    'base: { family: "debian" }',
  ],
  [
    'a platform that no base has an image for',
    rows(AMD64, { name: 'mips64le', emulated: { on: 'amd64' } }),
    'architectures[1].platform',
    'image of alpine is not published',
    'remove it',
  ],
  [
    'a family without generation',
    rows({ name: 'amd64', spot: { families: ['c_i'] } }),
    'architectures[0].spot.families[0]',
    'no EC2 instance family',
    'without size',
  ],
  [
    'a family with too many letters',
    rows({ name: 'amd64', spot: { families: ['c7ibden'] } }),
    'architectures[0].spot.families[0]',
    'no EC2 instance family',
    'without size',
  ],
  ['no architecture', rows(), 'architectures', 'at least one', '{ name: "amd64" }'],
  ['an upper-case name', rows({ name: 'AMD64' }), 'architectures[0].name', 'it is no architecture name', '"arm64"'],
  [
    'a name with a dash',
    rows({ name: 'arm-v7', platform: 'linux/arm/v7', hosted: { runner: 'x' } }),
    'architectures[0].name',
    'no architecture name',
    '"armv7"',
  ],
  ['a name that leaves the folder', rows({ name: '../x' }), 'architectures[0].name', 'it is no architecture name', '"arm64"'],
  [
    'a name that is a number',
    rows({ name: '386', hosted: { runner: 'x' } }),
    'architectures[0].name',
    'it is no architecture name',
    '"arm64"',
  ],
  ['a name that is too long', rows({ name: 'a'.repeat(17) }), 'architectures[0].name', 'up to 15', '"arm64"'],
  ['a look-alike name', rows({ name: 'аmd64' }), 'architectures[0].name', 'it is no architecture name', '"arm64"'],
  [
    'a name that every object has',
    rows({ name: 'constructor' }),
    'architectures[0].platform',
    '"linux/constructor", which follows from the name',
    'use "linux/',
  ],
  ['a mistyped name', rows({ name: 'amd46' }), 'architectures[0].platform', 'which follows from the name', '"linux/amd64"'],
  [
    'a mistyped platform',
    rows({ name: 'a', platform: 'linux/arm46' }),
    'architectures[0].platform',
    'no platform that is known',
    '"linux/arm64"',
  ],
  [
    'another system',
    rows({ name: 'a', platform: 'windows/amd64' }),
    'architectures[0].platform',
    'no platform that is known',
    '"linux/amd64"',
  ],
  [
    'a platform without system',
    rows({ name: 'a', platform: 'amd64' }),
    'architectures[0].platform',
    'no platform that is known',
    'use "linux/',
  ],
  [
    'a platform that every object has',
    rows({ name: 'a', platform: 'linux/constructor/x' }),
    'architectures[0].platform',
    'no platform that is known',
    'use "linux/',
  ],
  [
    'the name of a table',
    rows({ name: 'a', platform: '__proto__' }),
    'architectures[0].platform',
    'no platform that is known',
    'use "linux/',
  ],
  [
    'a platform of four parts',
    rows({ name: 'a', platform: 'linux/arm/v7/x' }),
    'architectures[0].platform',
    'no platform that is known',
    '"linux/arm/v7"',
  ],
  [
    'an unknown variant',
    rows({ name: 'a', platform: 'linux/amd64/v9' }),
    'architectures[0].platform',
    'no platform that is known',
    '"linux/amd64"',
  ],
  [
    'a platform with a line break',
    rows({ name: 'a', platform: 'linux/amd64\n' }),
    'architectures[0].platform',
    'no platform that is known',
    '"linux/amd64"',
  ],
  [
    'a name twice',
    rows(AMD64, { name: 'amd64', platform: 'linux/arm64' }),
    'architectures[1].name',
    'architectures[0] has this name',
    'another name',
  ],
  [
    'a platform twice',
    rows(AMD64, { name: 'x86', platform: 'linux/amd64' }),
    'architectures[1].platform',
    'architectures[0] has the same platform',
    'remove one',
  ],
  [
    'a platform twice, by another name',
    rows({ name: 'arm64' }, { name: 'b', platform: 'linux/aarch64/v8' }),
    'architectures[1].platform',
    'same platform',
    'remove one',
  ],
  [
    'a builder had in two ways',
    rows({ name: 'amd64', spot: {}, hosted: {} }),
    'architectures[0]',
    'more than one way',
    'keep one of spot, hosted',
  ],
  [
    'no such Spot instance',
    rows({ name: 's390x' }),
    'architectures[0].spot',
    'EC2 has none that runs linux/s390x natively',
    'emulated: { on',
  ],
  [
    'Spot for a platform without it',
    rows({ name: 's390x', spot: { size: 'large' } }),
    'architectures[0].spot',
    'EC2 has none',
    'hosted: { runner',
  ],
  ['no family', rows({ name: 'amd64', spot: { families: [] } }), 'architectures[0].spot.families', 'no candidate', 'name at least one'],
  [
    'a family of the other kind',
    rows({ name: 'amd64', spot: { families: ['c7g'] } }),
    'architectures[0].spot.families[0]',
    'this family is arm64',
    'use "c7',
  ],
  [
    'an old Graviton for amd64',
    rows({ name: 'amd64', spot: { families: ['a1'] } }),
    'architectures[0].spot.families[0]',
    'this family is arm64',
    'use "',
  ],
  [
    'a family of the other kind, on arm64',
    rows({ name: 'arm64', spot: { families: ['c7i'] } }),
    'architectures[0].spot.families[0]',
    'this family is x86_64',
    'use "c7g',
  ],
  [
    'a family with its size',
    rows({ name: 'amd64', spot: { families: ['c7i.large'] } }),
    'architectures[0].spot.families[0]',
    'no EC2 instance family',
    'write "c7i"',
  ],
  [
    'a family that is none',
    rows({ name: 'amd64', spot: { families: ['banana'] } }),
    'architectures[0].spot.families[0]',
    'no EC2 instance family',
    '"c6i"',
  ],
  [
    'a family with accelerators',
    rows({ name: 'amd64', spot: { families: ['p5'] } }),
    'architectures[0].spot.families[0]',
    'of general machines',
    '"c6i"',
  ],
  ['a Mac', rows({ name: 'arm64', spot: { families: ['mac2'] } }), 'architectures[0].spot.families[0]', 'of general machines', '"c6g"'],
  [
    'a mistyped family',
    rows({ name: 'amd64', spot: { families: ['c7q'] } }),
    'architectures[0].spot.families[0]',
    'no EC2 instance family',
    'without size',
  ],
  [
    'a family twice',
    rows({ name: 'amd64', spot: { families: ['c7i', 'c7i'] } }),
    'architectures[0].spot.families[1]',
    'listed twice',
    'keep one',
  ],
  [
    'a size that is too small',
    rows({ name: 'amd64', spot: { size: 'nano' } }),
    'architectures[0].spot.size',
    'too little memory',
    'use "large"',
  ],
  [
    'a size that is too large',
    rows({ name: 'amd64', spot: { size: '48xlarge' } }),
    'architectures[0].spot.size',
    'no size to build on',
    '"4xlarge"',
  ],
  [
    'a size that every object has',
    rows({ name: 'amd64', spot: { size: 'toString' } }),
    'architectures[0].spot.size',
    'no size to build on',
    'use "',
  ],
  [
    'no such hosted runner',
    rows({ name: 's390x', hosted: {} }),
    'architectures[0].hosted',
    'GitHub has no hosted runner for linux/s390x',
    'hosted: { runner',
  ],
  [
    "another platform's runner",
    rows({ name: 'arm64', hosted: { runner: 'ubuntu-24.04' } }),
    'architectures[0].hosted.runner',
    'it cannot run linux/arm64 natively',
    'use "ubuntu-24.04-arm"',
  ],
  [
    'a runner that cannot run it',
    rows({ name: 's390x', hosted: { runner: 'ubuntu-24.04' } }),
    'architectures[0].hosted.runner',
    'it cannot run linux/s390x',
    'emulate instead',
  ],
  [
    'a mistyped runner',
    rows({ name: 'amd64', hosted: { runner: 'ubuntu-24.4' } }),
    'architectures[0].hosted.runner',
    'no runner of this label',
    '"ubuntu-24.04"',
  ],
  [
    'a runner with an expression',
    rows({ name: 'amd64', hosted: { runner: '${{ inputs.x }}' } }),
    'architectures[0].hosted.runner',
    'no runner label',
    'take out',
  ],
  [
    'a runner that every object has',
    rows({ name: 'amd64', hosted: { runner: '__proto__' } }),
    'architectures[0].hosted.runner',
    'no runner label',
    'take out',
  ],
  ['an empty runner', rows({ name: 'amd64', hosted: { runner: '' } }), 'architectures[0].hosted.runner', 'no runner label', 'take out'],
  [
    'a label that is too long',
    rows({ name: 'amd64', hosted: { runner: 'x'.repeat(101) } }),
    'architectures[0].hosted.runner',
    '101 characters',
    'shorten it to 100',
  ],
  [
    'Windows',
    rows({ name: 'amd64', hosted: { runner: 'windows-2025' } }),
    'architectures[0].hosted.runner',
    'does not run Linux',
    '"ubuntu-24.04"',
  ],
  [
    'macOS',
    rows({ name: 'arm64', hosted: { runner: 'macOS-15' } }),
    'architectures[0].hosted.runner',
    'does not run Linux',
    '"ubuntu-24.04"',
  ],
  [
    'a runner without Docker',
    rows({ name: 'amd64', hosted: { runner: 'ubuntu-slim' } }),
    'architectures[0].hosted.runner',
    'no Docker',
    '"ubuntu-24.04"',
  ],
  [
    'a label that every runner has',
    rows({ name: 'amd64', hosted: { runner: 'self-hosted' } }),
    'architectures[0].hosted.runner',
    'runners of every kind',
    'a label of its own',
  ],
  [
    'emulated on itself',
    rows(AMD64, { name: 's390x', emulated: { on: 's390x' } }),
    'architectures[1].emulated.on',
    'cannot be emulated on itself',
    'use "amd64"',
  ],
  [
    'emulated on nobody',
    rows(AMD64, { name: 's390x', emulated: { on: 'amd46' } }),
    'architectures[1].emulated.on',
    'no native architecture of this name',
    'use "amd64"',
  ],
  [
    'emulated alone',
    rows({ name: 's390x', emulated: { on: 'amd64' } }),
    'architectures[0].emulated.on',
    'no native architecture',
    'add a native architecture first',
  ],
  [
    'a platform without LuaJIT',
    rows(AMD64, { name: 'riscv64', emulated: { on: 'amd64' } }),
    'architectures[1].platform',
    'LuaJIT does not run',
    'linux/s390x',
  ],
];

describe('bad architectures', () => {
  testBadConfigs(cases);

  test('one that is emulated on an emulated one', () => {
    const faults = faultsOf({
      name: 'openresty',
      owner: 'dianplus',
      ...rows(AMD64, { name: 's390x', emulated: { on: 'amd64' } }, { name: 'armv7', platform: 'linux/arm/v7', emulated: { on: 's390x' } }),
    });
    expect(faults.map(({ path }) => path)).toEqual(['architectures[2].emulated.on']);
  });
});

describe('unusual ones that are fine', () => {
  testGoodConfigs([
    ["names of one's own", rows({ name: 'x', platform: 'linux/amd64' }, { name: 'y', platform: 'linux/arm64' })],
    [
      'a name that workflows of the project have',
      rows({ name: 'merge', platform: 'linux/amd64' }, { name: 'test', platform: 'linux/arm64' }),
    ],
    ['emulated before its host', rows({ name: 's390x', emulated: { on: 'amd64' } }, AMD64)],
    ["a runner of one's own for any platform", rows({ name: 's390x', hosted: { runner: 'my-mainframe' } })],
    [
      'families with disks, networks and burst',
      rows({ name: 'amd64', spot: { families: ['c6id', 'm5zn', 'i3en', 't3a', 'c8i-flex', 'm7i-flex', 'z1d', 'r6idn'] } }),
    ],
    [
      'Graviton of every kind',
      rows({ name: 'arm64', spot: { families: ['a1', 't4g', 'c7gn', 'im4gn', 'is4gen', 'i8ge', 'c9g', 'm10g'] } }),
    ],
    ['the smaller sizes', rows({ name: 'amd64', spot: { size: 'large' } }, { name: 'arm64', spot: { size: 'xlarge' } })],
    ['the larger sizes', rows({ name: 'amd64', spot: { size: '2xlarge' } }, { name: 'arm64', spot: { size: '4xlarge' } })],
    ['the longest name and label', rows({ name: 'a'.repeat(16), platform: 'linux/amd64', hosted: { runner: 'x'.repeat(100) } })],
    [
      "a platform that a base of one's own has",
      {
        base: { repository: 'mirror.example/alpine' },
        ...rows(AMD64, { name: 'armv5', platform: 'linux/arm/v5', emulated: { on: 'amd64' } }),
      },
    ],
    ['a platform with its default variant', rows({ name: 'arm', platform: 'linux/arm64/v8' })],
  ]);

  test('riscv64 in an image without LuaJIT', () => {
    const options = { name: 'tomcat', owner: 'dianplus', ...rows(AMD64, { name: 'riscv64', emulated: { on: 'amd64' } }) };
    expect(faultsOf(options, resolveImageConfig)).toEqual([]);
  });
});
