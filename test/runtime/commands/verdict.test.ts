import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestWorld } from '../../models/context';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const REFERENCE = `ghcr.io/dianplus/tomcat@${DIGEST}`;
const GOOD = {
  launch: { result: 'success', outputs: { attempt: '1' } },
  build: { result: 'success', outputs: { digest: DIGEST, reference: REFERENCE } },
  stop: { result: 'success', outputs: { stopped: 'true', 'cause-of-death': 'terminated' } },
  'launch-again': { result: 'skipped', outputs: {} },
  'build-again': { result: 'skipped', outputs: {} },
  'stop-again': { result: 'skipped', outputs: {} },
};

let world: TestWorld;
let folder: string;

const written = (name: string) => readFileSync(join(folder, name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'verdict-'));
  world = new TestWorld();
  Object.assign(world.env, { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') });
});
afterEach(() => rmSync(folder, { recursive: true }));

function verdict(jobs: unknown) {
  world.env.JOBS = typeof jobs === 'string' ? jobs : JSON.stringify(jobs, undefined, 2);
  return world.run('verdict', '--arch', 'amd64');
}

test('carries on the digest, and tells the story in one line', async () => {
  expect((await verdict(GOOD)).code).toBe(0);
  expect(written('output')).toBe(`digest=${DIGEST}\nreference=${REFERENCE}\n`);
  expect(written('summary').trim()).toBe(`**amd64**: Built ${REFERENCE}.`);
});

test('fails without a digest although GitHub says success, and gives none', async () => {
  const { code, stderr } = await verdict({ ...GOOD, build: { result: 'success', outputs: {} } });
  expect(code).toBe(1);
  expect(stderr).toContain('The build failed');
  expect(written('summary')).toContain('**amd64**: The build failed');
  expect(() => written('output')).toThrow(/ENOENT/);
});

test.each(['', 'null', '[]', 'oops'])('knows nothing from %j, and says nothing good', async (jobs) => {
  expect(await verdict(jobs)).toMatchObject({ code: 1, stderr: expect.stringContaining('JOBS') });
});
