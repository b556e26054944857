import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ShellResult } from '../../../src/runtime/edges/shell';
import { imagesOf, imageTools } from '../../../src/runtime/registry/imagetools';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ok = (stdout = ''): ShellResult => ({ code: 0, stdout, stderr: '' });
const failed = (stderr: string): ShellResult => ({ code: 1, stdout: '', stderr });

function tools(answer: ShellResult | ((args: readonly string[]) => ShellResult), buildx?: string) {
  const calls: string[][] = [];
  const shell = {
    run: async (command: string, args: readonly string[]) => {
      calls.push([command, ...args]);
      return typeof answer === 'function' ? answer(args) : answer;
    },
  };
  return { calls, tools: imageTools(shell, buildx) };
}

describe('what buildx prints', () => {
  const amd64 = { os: 'linux', architecture: 'amd64', config: { Labels: { a: 'b' } } };

  it('of a single manifest: its platform is in the image', () => {
    expect(imagesOf({ manifest: { digest: DIGEST }, image: { ...amd64, architecture: 'arm', variant: 'v7' } })).toEqual([
      { platform: 'linux/arm/v7', labels: { a: 'b' } },
    ]);
  });

  it('of an image with its attestation: one image', () => {
    const manifests = [
      { platform: { os: 'linux', architecture: 'amd64' } },
      { platform: { os: 'unknown', architecture: 'unknown' }, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    ];
    expect(imagesOf({ manifest: { digest: DIGEST, manifests }, image: amd64 })).toEqual([{ platform: 'linux/amd64', labels: { a: 'b' } }]);
  });

  it('of an index of several: each with its own labels, doubles too', () => {
    const manifests = [
      { platform: { os: 'linux', architecture: 'amd64' } },
      { platform: { os: 'linux', architecture: 'amd64' } },
      { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    ];
    const image = { 'linux/amd64': amd64, 'linux/arm64/v8': { os: 'linux', architecture: 'arm64', variant: 'v8' } };
    expect(imagesOf({ manifest: { digest: DIGEST, manifests }, image })).toEqual([
      { platform: 'linux/amd64', labels: { a: 'b' } },
      { platform: 'linux/amd64', labels: { a: 'b' } },
      { platform: 'linux/arm64/v8', labels: {} },
    ]);
  });
});

describe('a registry', () => {
  it('is asked through the docker plugin, or the program that the environment names', async () => {
    const plugin = tools(failed('ERROR: r/x:y: not found'));
    await plugin.tools.inspect('r/x:y');
    expect(plugin.calls[0].slice(0, 4)).toEqual(['docker', 'buildx', 'imagetools', 'inspect']);
    const alone = tools(failed('ERROR: r/x:y: not found'), '/opt/buildx');
    await alone.tools.inspect('r/x:y');
    expect(alone.calls[0].slice(0, 3)).toEqual(['/opt/buildx', 'imagetools', 'inspect']);
  });

  it('that says "not found" has no such image', async () => {
    expect(await tools(failed('ERROR: ghcr.io/dianplus/tomcat:latest-amd64: not found\n')).tools.inspect('x')).toBeUndefined();
  });

  it.each([
    'ERROR: failed to do request: Head "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: host not found, try again',
    'ERROR: failed to authorize: 403 Forbidden',
    'ERROR: unexpected status from HEAD request: 503 Service Unavailable',
    '',
  ])('that does not answer is not one without the image: %s', async (stderr) => {
    await expect(tools(failed(stderr)).tools.inspect('ghcr.io/x:y')).rejects.toThrow(/Cannot read ghcr\.io\/x:y: ./);
  });

  it('gets an index by digests, its annotations on the index', async () => {
    const { calls, tools: one } = tools((args) => {
      writeFileSync(args[args.indexOf('--metadata-file') + 1], JSON.stringify({ 'containerimage.descriptor': { digest: DIGEST } }));
      return ok();
    });
    expect(await one.create('r/x:latest', { sources: ['r/x@sha256:1', 'r/x@sha256:2'], annotations: { 'a.title': 'X, "Y" = Z' } })).toBe(
      DIGEST,
    );
    expect(calls[0].filter((word) => !word.includes('metadata'))).toEqual([
      ...['docker', 'buildx', 'imagetools', 'create', '--tag', 'r/x:latest'],
      ...['--annotation', 'index:a.title=X, "Y" = Z', 'r/x@sha256:1', 'r/x@sha256:2'],
    ]);
  });

  it('that refuses a push is named with its reason', async () => {
    await expect(
      tools(failed('#1 pushing\nERROR: denied: write_package')).tools.create('r/x:latest', { sources: [], annotations: {} }),
    ).rejects.toThrow('Cannot push r/x:latest: denied: write_package');
  });

  it('gets nothing in a preview', async () => {
    const { calls, tools: one } = tools(ok('{"manifests":[]}'));
    expect(await one.preview({ sources: ['r/x@sha256:1'], annotations: {} })).toEqual({ manifests: [] });
    expect(calls[0]).toContain('--dry-run');
  });
});
