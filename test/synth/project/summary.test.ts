import { expect, test } from 'vitest';
import { RUNNER_RELEASE } from '../../../src/core/guest-tools';
import { summarise } from '../../../src/synth/project/summary';
import { imageConfig, openRestyConfig } from '../../support/config';

/** A day on which the pinned runner was new. */
const NOW = Date.parse(RUNNER_RELEASE.released);

const text = (lines: readonly string[]) => lines.join('\n');

test('names the image, the release and its parts', () => {
  const lines = text(summarise(openRestyConfig({ openresty: { version: '1.29.2.3' } }), [], NOW));
  expect(lines).toMatch(/^ghcr\.io\/dianplus\/openresty$/m);
  expect(lines).toMatch(/release +OpenResty 1\.29\.2\.3 of 2026-03-25, OpenSSL 3\.5\.6 \(patch 3\.5\.5\), PCRE2 10\.47, alpine:3\.23\.4$/m);
});

test('warns of each known vulnerability that the release does not fix, and of a newer OpenSSL', () => {
  const lines = text(summarise(openRestyConfig({ openresty: { version: '1.29.2.3' } }), [], NOW));
  expect(lines).toMatch(/warning +OpenResty 1\.29\.2\.3 has CVE-2026-42945 .*fixed in 1\.29\.2\.4/);
  expect(lines).toMatch(/warning +OpenSSL 3\.5\.6 lacks what 3\.5\.7 fixes/);
});

test('says of a release that the catalogue lacks that nothing is known of it', () => {
  const source = { url: 'https://example.com/openresty-1.99.1.1.tar.gz', checksum: `sha256:${'a'.repeat(64)}` };
  const lines = text(summarise(openRestyConfig({ openresty: { version: '1.99.1.1', source } }), [], NOW));
  expect(lines).toMatch(/OpenResty 1\.99\.1\.1 \(custom\)/);
  expect(lines).toMatch(/warning +OpenResty 1\.99\.1\.1 is not in the catalogue/);
});

test('names how the builder of each architecture is had', () => {
  const config = imageConfig({
    architectures: [
      { name: 'amd64', spot: { families: ['c7i'] } },
      { name: 'arm64', hosted: {} },
      { name: 's390x', emulated: { on: 'amd64' } },
    ],
  });
  const lines = text(summarise(config, [], NOW));
  expect(lines).toMatch(/amd64 +linux\/amd64 on Spot, c7i in size large$/m);
  expect(lines).toMatch(/arm64 +linux\/arm64 on hosted runner ubuntu-24\.04-arm$/m);
  expect(lines).toMatch(/s390x +linux\/s390x emulated on amd64's builder \(on Spot, c7i in size large\)$/m);
});

test('says what starts a build, and what this run changed', () => {
  expect(text(summarise(imageConfig(), [], NOW))).toMatch(/runs +by hand only .*\n +changed +nothing$/);
  expect(text(summarise(imageConfig({ pipeline: { triggers: true } }), ['b', 'a'], NOW))).toMatch(/runs +on pushes.*\n +changed +a, b$/);
});

test('warns of a runner release that GitHub may refuse soon, where one is used', () => {
  const later = NOW + 100 * 86_400_000;
  expect(text(summarise(imageConfig(), [], later))).toMatch(/warning +GitHub's runner .*npx projen/);
  expect(text(summarise(imageConfig(), [], NOW))).not.toContain('warning');
  expect(text(summarise(imageConfig({ architectures: [{ name: 'amd64', hosted: {} }] }), [], later))).not.toContain('warning');
});
