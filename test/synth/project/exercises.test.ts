/**
 * The three things people do with this repository, each as an edit of
 * `.projenrc.ts`: the difference it makes is small, and what one expects.
 */
import { describe, expect, test } from 'vitest';
import { changedFiles, changedLines, replaceOnce, runProjenrc } from '../../support/projenrc';

const before = runProjenrc();

describe('bump the release', () => {
  const after = runProjenrc((text) => replaceOnce(text, "version: '1.31.1.1'", "version: '1.29.2.3'"));

  test('touches the Dockerfile, its smoke test, and what the documents say of the release', () => {
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

  test('changes no workflow and no line of the OpenSSL and PCRE2 stages', () => {
    const lines = changedLines(before['docker/Dockerfile'], after['docker/Dockerfile']);
    expect(lines.some((l) => l.includes('openresty-1.29.2.3.tar.gz'))).toBe(true);
    expect(lines.filter((l) => /openssl-|pcre2-/.test(l))).toEqual([]);
  });
});

describe('add an architecture', () => {
  const after = runProjenrc((text) =>
    replaceOnce(text, "    { name: 'arm64',", "    { name: 's390x', emulated: { on: 'amd64' } },\n    { name: 'arm64',"),
  );

  test('is one line, and gives one more workflow', () => {
    const added = Object.keys(after).filter((path) => !(path in before));
    expect(added).toEqual(['.github/workflows/build-s390x.yml']);
    expect(Object.keys(before).filter((path) => !(path in after))).toEqual([]);
  });

  test('leaves the workflows of the other architectures and the Dockerfile as they are', () => {
    const changed = changedFiles(before, after);
    expect(changed).not.toContain('.github/workflows/build-amd64.yml');
    expect(changed).not.toContain('.github/workflows/build-arm64.yml');
    expect(changed).not.toContain('docker/Dockerfile');
  });
});

describe('turn the project into one for another image', () => {
  const after = runProjenrc(
    () => `
import { SpotImageProject } from './src';
const project = new SpotImageProject({ name: 'tomcat', owner: 'dianplus' });
project.synth();
`,
  );

  test('no generated file names OpenResty', () => {
    const managed: string[] = JSON.parse(after['.projen/files.json']).files;
    const naming = managed.filter((path) => path !== '.github/scripts/spot-image.mjs' && /openresty/i.test(after[path] ?? ''));
    expect(naming).toEqual([]);
  });

  test('every workflow and document names the image', () => {
    expect(after['docker/docker-bake.json']).toContain('ghcr.io/dianplus/tomcat');
    expect(after['README.md']).toContain('ghcr.io/dianplus/tomcat');
    expect(after['.github/spot-image.json']).toContain('ghcr.io/dianplus/tomcat');
  });
});
