import { expect, test } from 'vitest';
import { mirrored } from '../../src/core/download';
import { runtimeConfig } from '../../src/core/runtime-config';
import { imageConfig } from '../support/config';

test('a mirror takes the place of the beginning it names, the longest first', () => {
  const mirrors = { 'https://a.example/': 'https://m.example/a/', 'https://a.example/big/': 'https://big.example/' };
  expect(mirrored(mirrors, 'https://a.example/x.tar.gz')).toBe('https://m.example/a/x.tar.gz');
  expect(mirrored(mirrors, 'https://a.example/big/x.tar.gz')).toBe('https://big.example/x.tar.gz');
  expect(mirrored(mirrors, 'https://b.example/x.tar.gz')).toBe('https://b.example/x.tar.gz');
});

test('a beginning ends where a part of the address does', () => {
  expect(mirrored({ 'https://a.example': 'https://m.example' }, 'https://a.example.org/x')).toBe('https://a.example.org/x');
  expect(mirrored({ 'https://a.example': 'https://m.example' }, 'https://a.example/x')).toBe('https://m.example/x');
});

test("the Spot machine's own downloads come from the mirror too", () => {
  const { guestTools } = runtimeConfig(imageConfig({ mirrors: { 'https://github.com/': 'https://mirror.example/github/' } }));
  const urls = Object.values(guestTools).flatMap((tools) => Object.values(tools).map(({ url }) => url));
  expect(urls).toHaveLength(6);
  for (const url of urls) expect(url).toMatch(/^https:\/\/mirror\.example\/github\//);
});
