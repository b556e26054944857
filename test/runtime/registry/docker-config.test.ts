import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DockerConfig, saveLogin, withLogin } from '../../../src/runtime/registry/docker-config';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
  file = join(folder, 'config.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a log-in', () => {
  it('leaves everything else in the file as it is', () => {
    writeFileSync(file, JSON.stringify({ currentContext: 'mine', auths: { 'quay.io': { auth: 'eA==' }, 'ghcr.io': { auth: 'b2xk' } } }));
    saveLogin(file, 'ghcr.io', 'me', 'secret');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      currentContext: 'mine',
      auths: { 'quay.io': { auth: 'eA==' }, 'ghcr.io': { auth: Buffer.from('me:secret').toString('base64') } },
    });
  });

  it('is readable by its owner only, also in a file that was open to all', () => {
    writeFileSync(file, '{}');
    chmodSync(file, 0o644);
    saveLogin(file, 'ghcr.io', 'me', 'secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['config.json']);
  });

  it("is kept under Docker Hub's own address for docker.io", () => {
    expect(Object.keys(withLogin({}, 'docker.io', 'me', 'secret').auths ?? {})).toEqual(['https://index.docker.io/v1/']);
  });

  it.each<DockerConfig>([{ credsStore: 'desktop' }, { credHelpers: { 'ghcr.io': 'desktop' } }])(
    'is refused where a credential helper would hide it: %j',
    (config) => {
      expect(() => withLogin(config, 'ghcr.io', 'me', 'secret')).toThrow(/desktop.*docker login ghcr\.io/);
    },
  );

  it("does not mind another registry's helper", () => {
    expect(withLogin({ credHelpers: { 'quay.io': 'x' } }, 'ghcr.io', 'me', 'secret').auths).toHaveProperty(['ghcr.io']);
  });

  it('does not overwrite a file that it cannot read', () => {
    writeFileSync(file, '{ broken');
    expect(() => saveLogin(file, 'ghcr.io', 'me', 'secret')).toThrow(/is no JSON/);
    expect(readFileSync(file, 'utf8')).toBe('{ broken');
  });
});
