import { expect, test } from 'vitest';
import { unpack } from '../../src/core/image-layers';

const IMAGE = `sha256:${'1'.repeat(64)}`;
const ATTESTATION = {
  digest: `sha256:${'2'.repeat(64)}`,
  annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
};

test('an image is as large as its compressed layers', () => {
  expect(unpack(JSON.stringify({ layers: [{ size: 30 }, { size: 12 }], config: { size: 1000 } }))).toEqual({
    kind: 'image',
    layers: { count: 2, bytes: 42 },
  });
});

test('behind an index of one image is that image; attestations do not count', () => {
  expect(unpack(JSON.stringify({ manifests: [{ digest: IMAGE }, ATTESTATION] }))).toEqual({ kind: 'index', image: IMAGE });
});

test.each<[string, string]>([
  ['several images', JSON.stringify({ manifests: [{ digest: IMAGE }, { digest: IMAGE }] })],
  ['attestations alone', JSON.stringify({ manifests: [ATTESTATION] })],
  ['a digest that is none', JSON.stringify({ manifests: [{ digest: 'latest' }] })],
  ['a layer without size', JSON.stringify({ layers: [{ size: 1 }, {}] })],
  ['neither', '{}'],
  ['null', 'null'],
  ['no JSON', 'ERROR: not found'],
])('%s is unknown', (_, text) => {
  expect(unpack(text).kind).toBe('unknown');
});
