/**
 * The three things people do with this repository, each as an edit of
 * `.projenrc.ts`: the difference it makes is small, and what one expects.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { changedFiles, changedLines, replaceOnce, runProjenrc } from '../../support/projenrc';
import type { Files } from '../../support/synth';

/** What a maintainer edits. Not this repository's own file, which anybody may have edited already. */
const EXAMPLE = `import { HomeOfTheType } from './.projen/home';
import { OpenRestyImageProject } from './src';

const project = new OpenRestyImageProject({
  name: 'openresty',
  owner: 'dianplus',
  openresty: { version: '1.31.1.1', openssl: { version: '3.5.8' } },
  base: { version: '3.23.6' },
  architectures: [
    { name: 'amd64', spot: { families: ['c7i', 'c7a'] } },
    { name: 'arm64', spot: { families: ['c7g', 'c8g'] } },
  ],
});

new HomeOfTheType(project);
project.synth();
`;

describe('an edit of one line', () => {
  let before: Files;
  beforeAll(() => {
    before = runProjenrc(EXAMPLE);
  });

  describe('bumps the release', () => {
    let after: Files;
    beforeAll(() => {
      after = runProjenrc(replaceOnce(EXAMPLE, "version: '1.31.1.1'", "version: '1.29.2.3'"));
    });

    test('and touches the Dockerfile, its smoke test, and what the documents say of the release', () => {
      expect(changedFiles(before, after)).toEqual([
        '.projenrc.ts',
        'README.md',
        'README.zh.md',
        'docker/Dockerfile',
        'docker/smoke/run.sh',
        'requirements/01-image.md',
        'requirements/02-workflows.md',
      ]);
    });

    test('and changes no line of the OpenSSL and PCRE2 stages', () => {
      const lines = changedLines(before['docker/Dockerfile'], after['docker/Dockerfile']);
      expect(lines.some((l) => l.startsWith('+') && l.includes('openresty-1.29.2.3.tar.gz'))).toBe(true);
      expect(lines.some((l) => l.startsWith('-') && l.includes('openresty-1.31.1.1.tar.gz'))).toBe(true);
      expect(lines.filter((l) => /openssl-|pcre2-/.test(l))).toEqual([]);
    });
  });

  describe('adds an architecture', () => {
    let after: Files;
    beforeAll(() => {
      after = runProjenrc(
        replaceOnce(EXAMPLE, "    { name: 'arm64',", "    { name: 's390x', emulated: { on: 'amd64' } },\n    { name: 'arm64',"),
      );
    });

    test('and gives one more workflow', () => {
      expect(Object.keys(after).filter((path) => !(path in before))).toEqual(['.github/workflows/build-s390x.yml']);
      expect(Object.keys(before).filter((path) => !(path in after))).toEqual([]);
    });

    test('and leaves the workflows of the other architectures and the Dockerfile as they are', () => {
      const changed = changedFiles(before, after);
      expect(changed).not.toContain('.github/workflows/build-amd64.yml');
      expect(changed).not.toContain('.github/workflows/build-arm64.yml');
      expect(changed).not.toContain('docker/Dockerfile');
    });
  });
});

describe('another description turns the project into one for another image', () => {
  let after: Files;
  beforeAll(() => {
    after = runProjenrc(`import { HomeOfTheType } from './.projen/home';
import { SpotImageProject } from './src';

const project = new SpotImageProject({
  name: 'tomcat',
  owner: 'dianplus',
});

new HomeOfTheType(project);
project.synth();
`);
  });

  test('and no generated file names OpenResty', () => {
    const managed: string[] = JSON.parse(after['.projen/files.json']).files;
    // The script is the same for every image, and the lock file names what is installed.
    const naming = managed.filter((path) => path !== '.github/scripts/spot-image.mjs' && /openresty/i.test(after[path] ?? ''));
    expect(naming).toEqual([]);
  });

  test('and every workflow and document names the image', () => {
    for (const path of [
      'docker/docker-bake.json',
      'README.md',
      'README.zh.md',
      '.github/spot-image.json',
      '.github/workflows/build-amd64.yml',
    ]) {
      expect(after[path], path).toContain('ghcr.io/dianplus/tomcat');
    }
  });

  test('and there is a Dockerfile to begin with', () => {
    expect(after['docker/Dockerfile']).toMatch(/AS image$/m);
  });
});
