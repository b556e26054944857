import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ArchImage, type MergeCandidate, mergeVerdict, REVISION } from '../../src/core/merge';

const DIGEST = `sha256:${'0'.repeat(63)}`;

function image(platform: string, revision = 'abc'): ArchImage {
  return { digest: `${DIGEST}${platform.length}`, images: [{ platform, labels: { [REVISION]: revision } }] };
}

function candidate(architecture: string, found: ArchImage | undefined): MergeCandidate {
  const platform = `linux/${architecture}`;
  return {
    architecture,
    platform,
    tag: `ghcr.io/dianplus/tomcat:latest-${architecture}`,
    workflow: `Build ${architecture.toUpperCase()}`,
    found,
  };
}

function reasons(candidates: readonly MergeCandidate[]): string {
  const verdict = mergeVerdict(candidates);
  return verdict.ok ? '' : verdict.reasons.join('\n');
}

describe('images may be merged', () => {
  it('if each architecture has exactly one, of its own platform', () => {
    const found = [image('linux/amd64'), image('linux/arm64')];
    expect(mergeVerdict([candidate('amd64', found[0]), candidate('arm64', found[1])])).toEqual({
      ok: true,
      revision: 'abc',
      sources: [
        { architecture: 'amd64', platform: 'linux/amd64', digest: found[0].digest },
        { architecture: 'arm64', platform: 'linux/arm64', digest: found[1].digest },
      ],
    });
  });

  it('if the platform is only written differently', () => {
    expect(mergeVerdict([candidate('arm64', image('linux/arm64/v8'))]).ok).toBe(true);
  });

  it('without a revision if none of them has one, and never of different ones', () => {
    const pair = (a: string, b: string) =>
      mergeVerdict([candidate('amd64', image('linux/amd64', a)), candidate('arm64', image('linux/arm64', b))]);
    expect(pair('abc', 'abd')).toMatchObject({ ok: false, reasons: [expect.stringContaining('different commits')] });
  });
});

describe('images may not be merged', () => {
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
    expect(reasons([candidate('amd64', { digest: DIGEST, images: [one, one] })])).toMatch(/exactly one image; it holds 2/);
  });

  it('if one tag holds attestations only', () => {
    expect(reasons([candidate('amd64', { digest: DIGEST, images: [] })])).toMatch(/it holds 0 \(none\)/);
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
