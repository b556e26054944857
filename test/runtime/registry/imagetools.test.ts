import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ShellResult } from '../../../src/runtime/edges/shell';
import { imageTools } from '../../../src/runtime/registry/imagetools';
import { contentOf } from '../../../src/runtime/registry/manifest';

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
  const amd64 = { os: 'linux', architecture: 'amd64', created: '2026-01-02T03:04:05Z', config: { Labels: { a: 'b' } } };
  const config = { platform: 'linux/amd64', created: '2026-01-02T03:04:05Z', labels: { a: 'b' } };
  const entry = (digest: string, architecture: string, variant?: string) => ({
    digest,
    size: 1,
    platform: { os: 'linux', architecture, variant },
  });

  it('of a single manifest: its platform is in the image', () => {
    expect(contentOf({ manifest: { digest: DIGEST }, image: { ...amd64, architecture: 'arm', variant: 'v7' } }).images).toEqual([
      { digest: DIGEST, platform: 'linux/arm/v7', config: { ...config, platform: 'linux/arm/v7' } },
    ]);
  });

  it('of an image with its attestation: one image', () => {
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': 'sha256:1' };
    const manifests = [entry('sha256:1', 'amd64'), { ...entry('sha256:2', 'unknown'), annotations }];
    expect(contentOf({ manifest: { digest: DIGEST, manifests }, image: amd64 })).toEqual({
      digest: DIGEST,
      images: [{ digest: 'sha256:1', platform: 'linux/amd64', config }],
      attestations: [{ digest: 'sha256:2', of: 'sha256:1' }],
      annotations: {},
    });
  });

  it('of an index of several: each with its own config, doubles too', () => {
    const manifests = [entry('sha256:1', 'amd64'), entry('sha256:2', 'amd64'), entry('sha256:3', 'arm64', 'v8')];
    const image = { 'linux/amd64': amd64, 'linux/arm64': { os: 'linux', architecture: 'arm64' } };
    expect(contentOf({ manifest: { digest: DIGEST, manifests }, image }).images).toEqual([
      { digest: 'sha256:1', platform: 'linux/amd64', config },
      { digest: 'sha256:2', platform: 'linux/amd64', config },
      { digest: 'sha256:3', platform: 'linux/arm64/v8', config: { platform: 'linux/arm64', labels: {} } },
    ]);
  });

  it("of what an index says of itself and what the image's config says: both are kept", () => {
    const manifests = [entry('sha256:1', 'arm64')];
    const [image] = contentOf({ manifest: { digest: DIGEST, manifests }, image: amd64 }).images;
    expect([image.platform, image.config?.platform]).toEqual(['linux/arm64', 'linux/amd64']);
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
    expect(await tools(failed('ERROR: ghcr.io/x:y: not found\n')).tools.inspect('ghcr.io/x:y')).toBeUndefined();
  });

  it.each([
    'ERROR: failed to do request: Head "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: host not found, try again',
    'ERROR: failed to authorize: 403 Forbidden',
    'ERROR: content at https://ghcr.io/v2/x/manifests/sha256:1 not found: not found',
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
    expect(await one.create(['r/x:latest'], { sources: ['r/x@sha256:1', 'r/x@sha256:2'], annotations: { 'a.title': 'X, "Y" = Z' } })).toBe(
      DIGEST,
    );
    expect(calls[0].filter((word) => !word.includes('metadata'))).toEqual([
      ...['docker', 'buildx', 'imagetools', 'create', '--tag', 'r/x:latest'],
      ...['--annotation', 'index:a.title=X, "Y" = Z', 'r/x@sha256:1', 'r/x@sha256:2'],
    ]);
  });

  it('that refuses a push is named with its reason', async () => {
    await expect(
      tools(failed('#1 pushing\nERROR: denied: write_package')).tools.create(['r/x:latest'], { sources: [], annotations: {} }),
    ).rejects.toThrow('Cannot push r/x:latest: denied: write_package');
  });

  it('gets nothing in a preview', async () => {
    const { calls, tools: one } = tools(ok('{"manifests":[]}'));
    expect(await one.preview({ sources: ['r/x@sha256:1'], annotations: {} })).toEqual({ manifests: [] });
    expect(calls[0]).toContain('--dry-run');
  });
});
