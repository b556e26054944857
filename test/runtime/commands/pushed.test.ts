import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { change } from '../../../src/runtime/registry/pushed-summary';
import { TestWorld } from '../../models/context';

const INDEX = `sha256:${'a'.repeat(64)}`;
const IMAGE = `sha256:${'1'.repeat(64)}`;
const LAST = `sha256:${'9'.repeat(64)}`;
const REPOSITORY = 'ghcr.io/dianplus/tomcat';

/** What the registry has, by digest. */
const MANIFESTS: Record<string, unknown> = {
  [INDEX]: { manifests: [{ digest: IMAGE }] },
  [IMAGE]: { layers: [{ size: 30_000_000 }, { size: 12_000_000 }] },
  [LAST]: { layers: [{ size: 40_000_000 }] },
};
const LOG = '#6 [builder 2/3] RUN make\n#6 DONE 61.3s\n';

let world: TestWorld;
let folder: string;

const written = (name: string) => readFileSync(join(folder, name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pushed-'));
  world = new TestWorld();
  Object.assign(world.env, {
    PUSH_METADATA: 'push.json',
    SMOKE_METADATA: 'smoke.json',
    LAST_DIGEST: LAST,
    TAG: 'latest',
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  });
  world.files.set('push.json', JSON.stringify({ 'push-amd64': { 'containerimage.digest': INDEX } }));
  world.files.set('smoke.json', JSON.stringify({ 'smoke-amd64': { 'buildx.build.ref': 'spot/spot0/abc' } }));
  world.shell = (command) => {
    const manifest = MANIFESTS[command.at(-1)?.split('@')[1] ?? ''];
    if (command.includes('history')) return { code: 0, stdout: '', stderr: LOG };
    return manifest ? { code: 0, stdout: JSON.stringify(manifest), stderr: '' } : { code: 1, stdout: '', stderr: 'ERROR: not found' };
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

const pushed = () => world.run('pushed', '--arch', 'amd64');

describe('pushed', () => {
  test("gives the digest that buildx had, and the image's reference by it", async () => {
    expect(await pushed()).toMatchObject({ code: 0 });
    expect(written('output')).toBe(`digest=${INDEX}\nreference=${REPOSITORY}@${INDEX}\n`);
    expect(world.commands.flat().filter((word) => word.includes(':latest'))).toEqual([]);
  });

  test('tells size, layers, the change against the last one, and the time of each stage', async () => {
    await pushed();
    expect(written('summary')).toContain('| Compressed size | 42.0 MB |');
    expect(written('summary')).toContain('| Layers | 2 |');
    expect(written('summary')).toContain(`| Change | +2.0 MB (+5.0 %) against \`${LAST}\` |`);
    expect(written('summary')).toContain('| builder | 61.3 s | 1 | 0 |');
    expect(world.commands).toContainEqual(['docker', 'buildx', 'history', 'logs', '--progress', 'plain', 'abc']);
  });

  test('says what it does not know, and still gives the digest', async () => {
    world.env.LAST_DIGEST = '';
    world.files.delete('smoke.json');
    world.shell = () => ({ code: 1, stdout: '', stderr: 'ERROR: 503 Service Unavailable' });
    expect(await pushed()).toMatchObject({ code: 0, stderr: expect.stringContaining('503 Service Unavailable') });
    expect(written('output')).toContain(`digest=${INDEX}\n`);
    expect(written('summary')).toContain('| Compressed size | unknown |');
    expect(written('summary')).toContain('no earlier image under this tag is known');
  });

  test.each<[string, string | undefined]>([
    ['wrote nothing', undefined],
    ['names no digest', JSON.stringify({ 'push-amd64': {} })],
    ['names that of another architecture', JSON.stringify({ 'push-arm64': { 'containerimage.digest': INDEX } })],
  ])('fails, and guesses nothing, where buildx %s', async (_, text) => {
    if (text === undefined) world.files.delete('push.json');
    else world.files.set('push.json', text);
    expect((await pushed()).code).toBe(1);
    expect(() => written('output')).toThrow(/ENOENT/);
  });

  test('on a machine without docker asks the buildx that it is given', async () => {
    world.env.BUILDX = '/opt/buildx';
    await pushed();
    expect(new Set(world.commands.map(([program]) => program))).toEqual(new Set(['/opt/buildx']));
  });
});

describe('published', () => {
  const published = () => world.run('published', '--arch', 'amd64');

  test('gives what the arch tag names', async () => {
    world.shell = () => ({ code: 0, stdout: `"${LAST}"\n`, stderr: '' });
    expect((await published()).code).toBe(0);
    expect(written('output')).toBe(`digest=${LAST}\n`);
    expect(world.commands[0].at(-1)).toBe(`${REPOSITORY}:latest-amd64`);
  });

  test.each(['ERROR: ghcr.io/dianplus/tomcat:latest-amd64: not found', 'ERROR: denied'])(
    'gives nothing, and lets the build go on, for %s',
    async (stderr) => {
      world.shell = () => ({ code: 1, stdout: '', stderr });
      expect(await published()).toMatchObject({ code: 0, stderr: expect.stringContaining(stderr) });
      expect(written('output')).toBe('digest=\n');
    },
  );
});

test.each([
  [42, 40, '+0.0 MB (+5.0 %)'],
  [1_000_000, 2_000_000, '-1.0 MB (-50.0 %)'],
  [5_000_000, 0, '+5.0 MB'],
  [7, 7, '+0.0 MB (+0.0 %)'],
])('%d after %d is %s', (now, before, text) => {
  expect(change(now, before)).toBe(text);
});
