import { describe, expect, it } from 'vitest';
import { mergeSummary, type PlatformRow } from '../../../src/runtime/registry/merge-summary';

const NOW = Date.UTC(2026, 0, 12);
const DIGEST = `sha256:${'1'.repeat(64)}`;
const ROW: PlatformRow = {
  architecture: 'amd64',
  platform: 'linux/amd64',
  digest: `sha256:${'a'.repeat(64)}`,
  size: 3 * 1_048_576,
  revision: 'f00d',
  created: '2026-01-02T00:00:00Z',
};

/** The cells of the table's rows. */
function cells(...rows: PlatformRow[]): string[][] {
  const what = { tag: 'v1.0.0', digest: DIGEST, targets: ['registry.example.com:5000/a/b:v1.0.0', 'ghcr.io/a/b:v1.0.0'] };
  const lines = mergeSummary(what, rows, NOW).split('\n');
  return lines
    .filter((line) => line.startsWith('| linux'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

describe('the summary of a merge', () => {
  it('has a row for each platform: digest, size, revision, age', () => {
    expect(cells(ROW, { ...ROW, platform: 'linux/arm64' })).toEqual([
      ['linux/amd64', `\`${ROW.digest}\``, '3.0 MiB', '`f00d`', '10 days'],
      ['linux/arm64', `\`${ROW.digest}\``, '3.0 MiB', '`f00d`', '10 days'],
    ]);
  });

  it.each([
    ['2026-01-11T13:30:00Z', '10 h'],
    ['2026-01-10T00:00:01Z', '47 h'],
    ['2026-01-10T00:00:00Z', '2 days'],
    ['2026-01-13T00:00:00Z', '0 h'], // another machine's clock
    [undefined, 'unknown'],
    ['yesterday', 'unknown'],
  ])('gives an image of %s the age %s', (created, age) => {
    expect(cells({ ...ROW, created })[0][4]).toBe(age);
  });

  it('says what is not known', () => {
    expect(cells({ ...ROW, size: undefined, revision: undefined })[0].slice(2, 4)).toEqual(['unknown', 'none']);
  });

  it('has commands to copy: every tag, and the digest in the own registry', () => {
    const targets = ['registry.example.com:5000/a/b:v1.0.0', 'ghcr.io/a/b:v1.0.0'];
    const [, commands] = /```sh\n([^`]*)```/.exec(mergeSummary({ tag: 'v1.0.0', digest: DIGEST, targets }, [ROW], NOW)) ?? [];
    expect(commands.trim().split('\n')).toEqual([
      'docker pull registry.example.com:5000/a/b:v1.0.0',
      'docker pull ghcr.io/a/b:v1.0.0',
      `docker pull ghcr.io/a/b@${DIGEST}`,
    ]);
  });
});
