import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Content, CREATED, REVISION } from '../../src/core/merge/content';
import { type MergeCandidate, mergeVerdict } from '../../src/core/merge/verdict';

const DIGEST = `sha256:${'0'.repeat(63)}`;

function image(platform: string, revision = 'abc', labels: Record<string, string> = {}, builtFor = platform): Content {
  const config = { platform: builtFor, labels: { [REVISION]: revision, ...labels } };
  return { digest: `${DIGEST}${platform.length}`, images: [{ digest: DIGEST, platform, config }], attestations: [], annotations: {} };
}

function candidate(architecture: string, found: Content | undefined): MergeCandidate {
  const platform = `linux/${architecture}`;
  return {
    architecture,
    platform,
    name: `ghcr.io/dianplus/tomcat:latest-${architecture}`,
    workflow: `Build ${architecture.toUpperCase()}`,
    found,
  };
}

function reasons(candidates: readonly MergeCandidate[]): string {
  const verdict = mergeVerdict(candidates, 'latest');
  return verdict.ok ? '' : verdict.reasons.join('\n');
}

describe('images may be merged', () => {
  it('if each architecture has exactly one, of its own platform', () => {
    const found = [image('linux/amd64'), image('linux/arm64')];
    expect(mergeVerdict([candidate('amd64', found[0]), candidate('arm64', found[1])], 'latest')).toEqual({
      ok: true,
      revision: 'abc',
      sources: [
        { architecture: 'amd64', platform: 'linux/amd64', digest: found[0].digest, image: found[0].images[0] },
        { architecture: 'arm64', platform: 'linux/arm64', digest: found[1].digest, image: found[1].images[0] },
      ],
    });
  });

  it('if the platform is only written differently', () => {
    expect(mergeVerdict([candidate('arm64', image('linux/arm64/v8'))], 'latest').ok).toBe(true);
  });

  it('only of one commit, which they name', () => {
    const pair = (a: string, b: string) =>
      mergeVerdict([candidate('amd64', image('linux/amd64', a)), candidate('arm64', image('linux/arm64', b))], 'latest');
    expect(pair('abc', 'abd')).toMatchObject({ ok: false, reasons: [expect.stringContaining('different commits')] });
    expect(pair('', '')).toMatchObject({ ok: false, reasons: [expect.stringContaining('No image says from which commit')] });
  });
});

describe('images may not be merged', () => {
  it('if one was built for another tag, as its own label says', () => {
    const built = (version: string) => candidate('amd64', image('linux/amd64', 'abc', { 'org.opencontainers.image.version': version }));
    expect(reasons([built('latest')])).toBe('');
    expect(reasons([built('develop')])).toMatch(/latest-amd64.*develop.*Run the workflow "Build AMD64"/s);
  });

  it('if one is missing: the reason names its tag and the workflow that makes it', () => {
    expect(reasons([candidate('amd64', image('linux/amd64')), candidate('arm64', undefined)])).toMatch(
      /There is no ghcr\.io\/dianplus\/tomcat:latest-arm64\. Run the workflow "Build ARM64"/,
    );
  });

  it("if one has another's platform", () => {
    expect(reasons([candidate('arm64', image('linux/amd64'))])).toMatch(/must be for linux\/arm64; it is for linux\/amd64/);
  });

  it('if one tag holds two images, even of the right platform', () => {
    const [one] = image('linux/amd64').images;
    expect(reasons([candidate('amd64', { digest: DIGEST, images: [one, one], attestations: [], annotations: {} })])).toMatch(
      /exactly one image; it holds 2/,
    );
  });

  it('if one tag holds attestations only', () => {
    expect(reasons([candidate('amd64', { digest: DIGEST, images: [], attestations: [], annotations: {} })])).toMatch(/it holds 0 \(none\)/);
  });

  it('if an image was built for another platform than its index says', () => {
    expect(reasons([candidate('arm64', image('linux/arm64', 'abc', {}, 'linux/amd64'))])).toMatch(
      /only by its index; its image itself was built for linux\/amd64.*"Build ARM64"/,
    );
  });

  it.each([
    'org.opencontainers.image.version',
    'org.opencontainers.image.base.digest',
    'resty_openssl_version',
    'resty_config_options',
    'com.example.python.version',
  ])('if they differ in %s, or only one has it', (key) => {
    for (const other of [{ [key]: '2' }, {}]) {
      const text = reasons([
        candidate('amd64', image('linux/amd64', 'abc', { [key]: '1', [CREATED]: '2026-01-01T00:00:00Z' })),
        candidate('arm64', image('linux/arm64', 'abc', { ...other, [CREATED]: '2026-01-02T00:00:00Z' })),
      ]);
      expect(text).toContain(`differ in ${key}`);
      expect(text).toContain('latest-amd64 has "1" (since 2026-01-01T00:00:00Z)');
      expect(text).toMatch(/latest-arm64 has .* \(since 2026-01-02T00:00:00Z\)\. Run the workflow "Build AMD64" .* on commit abc/);
    }
  });

  it('and the older one is to be built again, on the commit of the newer one', () => {
    const text = reasons([
      candidate('amd64', image('linux/amd64', 'new', { [CREATED]: '2026-01-02T00:00:00Z' })),
      candidate('arm64', image('linux/arm64', 'old', { [CREATED]: '2026-01-01T00:00:00Z' })),
    ]);
    expect(text).toMatch(/from old \(since 2026-01-01T00:00:00Z\)\. Run the workflow "Build ARM64" for this tag on commit new, then/);
  });

  it('and all are to be built again where nobody knows which is older', () => {
    const pair = [candidate('amd64', image('linux/amd64', 'a')), candidate('arm64', image('linux/arm64', 'b'))];
    expect(reasons(pair)).toContain('Run the workflows "Build AMD64" and "Build ARM64" for this tag on the same commit');
  });

  it('but for what says when and where it was built', () => {
    const pair = [
      candidate('amd64', image('linux/amd64', 'a', { [CREATED]: '1', host: 'x' })),
      candidate('arm64', image('linux/arm64', 'a')),
    ];
    expect(mergeVerdict(pair, 'latest').ok).toBe(true);
  });

  it('if there is nothing to merge', () => {
    expect(reasons([])).not.toBe('');
  });

  it('and every fault is told at once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,6}$/), { minLength: 1, maxLength: 5 }), (names) => {
        const text = reasons(names.map((name) => candidate(name, undefined)));
        for (const name of names) expect(text).toContain(`latest-${name}.`);
      }),
    );
  });
});
