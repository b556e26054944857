import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TestWorld } from '../models/context';

const COMMANDS = ['tags', 'launch', 'stop', 'reap', 'login', 'merge'];
const folders: string[] = [];

/** A fresh folder, removed after the test. */
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
  folders.push(path);
  return path;
}

afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

describe('the command line', () => {
  it('lists every command in its help', async () => {
    const { code, stdout } = await new TestWorld().run('--help');
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(COMMANDS)('explains %s, and does nothing else', async (name) => {
    const world = new TestWorld();
    const { code, stdout } = await world.run(name, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: spot-image ${name} .*--json`));
    expect([world.tokens, world.commands, [...world.regions]]).toEqual([[], [], []]);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['lunch']],
    ['an unknown option', ['tags', '--reff', 'x']],
    ['a word too many', ['tags', 'latest']],
    ['an option without its value', ['tags', '--ref']],
    ['launch without an architecture', ['launch']],
    ['launch of an unknown architecture', ['launch', '--arch', 'amd65']],
    ['stop without an architecture', ['stop']],
    ['merge without a tag', ['merge']],
  ])('ends with 2 for %s', async (_what, args) => {
    const { code, stderr, stdout } = await new TestWorld().run(...args);
    expect(code).toBe(2);
    if (args.length > 0) expect(stderr + stdout).toContain('--help');
  });

  it('names the architectures that there are', async () => {
    expect((await new TestWorld().run('launch', '--arch', 'amd65')).stderr).toContain('there are amd64, arm64');
  });

  it('tells a defect of its own from a reason that people can mend', async () => {
    const world = new TestWorld();
    world.config = undefined as never;
    const { code, stderr } = await world.run('tags', '--ref', 'refs/heads/master');
    expect(code).toBe(1);
    expect(stderr).toContain('should not happen');
  });
});

describe('tags', () => {
  it('prints the tags of a ref as one JSON object', async () => {
    const { code, stdout } = await new TestWorld().run('tags', '--ref', 'refs/tags/v1.31.1.1', '--json');
    expect(code).toBe(0);
    const { labels, annotations, ...tags } = JSON.parse(stdout);
    expect(tags).toEqual({
      tag: 'v1.31.1.1',
      archTags: { amd64: 'v1.31.1.1-amd64', arm64: 'v1.31.1.1-arm64' },
      aliases: [],
    });
    for (const said of [labels, annotations]) expect(said).toMatchObject({ 'org.opencontainers.image.version': 'v1.31.1.1' });
  });

  it('takes ref and input from the environment, and the command line before it', async () => {
    const world = new TestWorld();
    world.env = { GITHUB_REF: 'refs/heads/master', INPUT_TAG: '' };
    expect((await world.run('tags')).stdout).toMatch(/^latest\n/);
    world.env = { GITHUB_REF: 'refs/heads/master', INPUT_TAG: 'trial' };
    expect((await world.run('tags')).stdout).toMatch(/^trial\n/);
    expect((await world.run('tags', '--input', 'other')).stdout).toMatch(/^other\n/);
    expect((await world.run('tags', '--input', '', '--ref', 'refs/heads/develop')).stdout).toMatch(/^develop\n/);
  });

  it('refuses a ref that gives none, with the reason', async () => {
    const { code, stderr, stdout } = await new TestWorld().run('tags', '--ref', 'refs/heads/feature/x', '--json');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('refs/heads/feature/x');
  });

  it('annotates the reason in Actions, in one line whatever it contains', async () => {
    const world = new TestWorld();
    world.env = { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/a%0A\n::set-output name=x::y' };
    const { stderr } = await world.run('tags');
    expect(stderr).toMatch(/^::error::[^\n]+\n$/);
  });

  it("writes tag and the commit's facts to the step's outputs", async () => {
    const world = new TestWorld();
    const output = join(folder(), 'output');
    world.env = { GITHUB_REF: 'refs/heads/master', GITHUB_SHA: 'f00d', GITHUB_OUTPUT: output };
    world.shell = () => ({ code: 0, stdout: '1780000000\n', stderr: '' });
    expect((await world.run('tags')).code).toBe(0);
    expect(readFileSync(output, 'utf8')).toBe(
      'tag=latest\naliases=\nrevision=f00d\nsource-date-epoch=1780000000\ncreated=2026-05-28T20:26:40Z\n',
    );
    expect(world.commands).toEqual([['git', 'log', '-1', '--format=%ct', 'f00d']]);
  });

  it.each([
    ['there is no git', undefined],
    ['git does not know the commit', { code: 128, stdout: '', stderr: 'fatal: bad object' }],
    ['git prints something else', { code: 0, stdout: '', stderr: '' }],
  ])("asks GitHub for the commit's time if %s", async (_why, answer) => {
    const world = new TestWorld();
    const output = join(folder(), 'output');
    world.env = { ...world.env, GITHUB_REF: 'refs/heads/master', GITHUB_SHA: 'f00d', GITHUB_OUTPUT: output, GITHUB_TOKEN: 'job-token' };
    if (answer) world.shell = () => answer;
    world.github.commitSeconds = 1_780_000_060;
    expect((await world.run('tags')).code).toBe(0);
    expect(readFileSync(output, 'utf8')).toContain('source-date-epoch=1780000060\n');
    expect(world.tokens).toEqual(['job-token']);
  });

  it('fails if neither git nor GitHub knows the commit', async () => {
    const world = new TestWorld();
    world.env = { ...world.env, GITHUB_REF: 'refs/heads/master', GITHUB_SHA: 'f00d', GITHUB_OUTPUT: join(folder(), 'output') };
    world.github.before = () => {
      throw world.github.refusal(404);
    };
    expect((await world.run('tags')).code).toBe(1);
  });
});

describe('login', () => {
  it("logs in to the image's registry, in a file for the owner only", async () => {
    const world = new TestWorld();
    const home = folder();
    world.env = { HOME: home, REGISTRY_USERNAME: 'octocat', REGISTRY_PASSWORD: 'p:ss' };
    const { code, stdout, stderr } = await world.run('login');
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('p:ss');
    const config = JSON.parse(readFileSync(join(home, '.docker/config.json'), 'utf8'));
    expect(config).toEqual({ auths: { 'ghcr.io': { auth: Buffer.from('octocat:p:ss').toString('base64') } } });
  });

  it('says which variable is missing', async () => {
    const world = new TestWorld();
    world.env = { HOME: folder(), REGISTRY_USERNAME: 'octocat' };
    expect(await world.run('login')).toMatchObject({ code: 1, stderr: expect.stringContaining('REGISTRY_PASSWORD') });
  });
});
