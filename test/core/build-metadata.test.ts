import { expect, test } from 'vitest';
import { readBuildMetadata } from '../../src/core/build-metadata';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('one target of several', () => {
  const text = JSON.stringify({
    'smoke-arm64': { 'buildx.build.ref': 'spot/spot0/one' },
    'push-arm64': { 'containerimage.digest': DIGEST, 'buildx.build.ref': 'spot/spot0/two' },
  });
  expect(readBuildMetadata(text, 'push-arm64')).toEqual({ digest: DIGEST, build: 'spot/spot0/two' });
  expect(readBuildMetadata(text, 'smoke-arm64')).toEqual({ build: 'spot/spot0/one' });
});

test.each([['latest'], [42], [`${DIGEST}\nreference=other`]])('a digest %j is none', (digest) => {
  expect(readBuildMetadata(JSON.stringify({ x: { 'containerimage.digest': digest } }), 'x')).toEqual({});
});

test.each([['{}'], ['null'], ['{"x": null}'], ['oops']])('%s says nothing', (text) => {
  expect(() => readBuildMetadata(text, 'x')).toThrow();
});
