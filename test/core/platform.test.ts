import { expect, test } from 'vitest';
import { familyCpu } from '../../src/core/instance-family';
import { HOSTED_LABELS, normalisePlatform, PLATFORMS } from '../../src/core/platform';
import { compareVersions, isVersion, series } from '../../src/core/version';

test.each([
  ['linux/amd64', 'linux/amd64'],
  ['linux/x86_64', 'linux/amd64'],
  ['linux/amd64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['linux/aarch64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/armhf', 'linux/arm/v7'],
  ['linux/armel', 'linux/arm/v6'],
  ['linux/arm/v6', 'linux/arm/v6'],
  ['linux/i386', 'linux/386'],
  ['linux/constructor', 'linux/constructor'],
  ['amd64', 'amd64'],
  ['a/b/c/d', 'a/b/c/d'],
  ['', ''],
])('%j is %j', (platform, normal) => {
  expect(normalisePlatform(platform)).toBe(normal);
  expect(normalisePlatform(normal)).toBe(normal);
});

test.each(Object.entries(PLATFORMS))('what is known of %s holds together', (name, { ec2Cpu, families, hostedRunner }) => {
  expect(normalisePlatform(name)).toBe(name);
  expect(families.length > 0).toBe(ec2Cpu !== undefined);
  for (const family of families) expect(familyCpu(family)).toBe(ec2Cpu);
  if (hostedRunner !== undefined) expect(HOSTED_LABELS[hostedRunner]).toBe(name);
});

test('every hosted runner runs a platform that is known', () => {
  for (const platform of Object.values(HOSTED_LABELS)) expect(PLATFORMS).toHaveProperty([platform]);
});

test.each([
  ['1.31.1.1', 4, true],
  ['3.5.8', 3, true],
  ['3.5.8', 4, false],
  ['10.47', 2, true],
  ['0.0', 2, true],
  ['01.2', 2, false],
  ['1.2 ', 2, false],
  ['1.-2', 2, false],
  ['1.12345', 2, false],
  ['', 1, false],
])('%j as %d numbers: %s', (text, parts, verdict) => {
  expect(isVersion(text, parts)).toBe(verdict);
});

test('versions are ordered by their numbers', () => {
  const ordered = ['1.9', '1.10', '1.27.1.1', '1.27.1.2', '1.29.2.1', '10.0'];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
  expect(compareVersions('3.0', '3.0.0')).toBe(0);
  expect(compareVersions('3.0.0', '3.0')).toBe(0);
  expect(series('3.5.8')).toBe('3.5');
});
