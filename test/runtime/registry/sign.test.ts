import { describe, expect, it } from 'vitest';
import { REVISION } from '../../../src/core/merge/content';
import { TestWorld, testConfig } from '../../models/context';
import { ModelRegistry } from '../../models/registry';

const IMAGE = 'ghcr.io/dianplus/tomcat';
const ELSEWHERE = 'registry.example.com/dianplus/tomcat';
const VERSION = 'v1.2.3';

/** What became of cosign's calls, beside a model registry: who is signed, and when. */
function signing(options: { sign?: boolean; further?: boolean } = {}) {
  const registry = new ModelRegistry();
  const world = new TestWorld();
  const signed = new Set<string>();
  /** Everything that was written, in order. */
  const order: string[] = [];
  const cosign = { fails: '' };
  world.config = testConfig({
    pipeline: { sign: options.sign ?? true, aliases: true },
    ...(options.further ? { additionalRegistries: [{ registry: 'registry.example.com' }] } : {}),
  });
  world.shell = (command) => {
    const reference = command.at(-1) ?? '';
    if (command[0] !== 'cosign') {
      const answer = registry.answer(command);
      order.push(...registry.log.splice(0).filter((line) => line.startsWith('create ')));
      return answer;
    }
    if (command[1] === 'verify')
      return signed.has(reference)
        ? { code: 0, stdout: '', stderr: '' }
        : { code: 10, stdout: '', stderr: 'looking\nError: no signatures found\n' };
    if (cosign.fails) return { code: 1, stdout: '', stderr: `signing\nError: ${cosign.fails}\n` };
    signed.add(reference);
    order.push(`sign ${reference}`);
    return { code: 0, stdout: '', stderr: '' };
  };
  for (const name of ['amd64', 'arm64']) {
    registry.push(`${IMAGE}:${VERSION}-${name}`, name, { [REVISION]: 'f00d' }, { attestation: '1', created: '2026-01-02T03:04:05Z' });
  }
  const merge = () => world.run('merge', '--tag', VERSION);
  const digest = () => registry.tags.get(`${IMAGE}:${VERSION}`);
  return { world, registry, signed, order, cosign, merge, digest };
}

describe('a merge that signs', () => {
  it('signs the index by digest once it is in the registry, before any alias names it', async () => {
    const { order, merge, digest } = signing();
    const { code, stderr } = await merge();
    expect(code, stderr).toBe(0);
    const place = (line: string) => order.indexOf(line);
    const signed = place(`sign ${IMAGE}@${digest()}`);
    expect(signed).toBe(place(`create ${IMAGE}:${VERSION}`) + 1);
    expect(order.slice(signed + 1).length).toBeGreaterThan(1);
    expect(order.filter((line) => line.startsWith('sign'))).toHaveLength(1);
  });

  it('signs in every registry: a signature lies beside what it signs', async () => {
    const { order, merge, digest } = signing({ further: true });
    await merge();
    expect(order.filter((line) => line.startsWith('sign'))).toEqual([`sign ${ELSEWHERE}@${digest()}`, `sign ${IMAGE}@${digest()}`]);
  });

  it('that fails says why, and leaves the aliases alone; merging again signs what is there', async () => {
    const { registry, order, cosign, merge, digest } = signing();
    cosign.fails = 'no identity token';
    const { code, stderr } = await merge();
    expect(code).toBe(1);
    expect(stderr).toContain('no identity token');
    expect(stderr).toContain('Merge again');
    expect([...registry.tags.keys()].filter((tag) => !/-(amd64|arm64)$/.test(tag))).toEqual([`${IMAGE}:${VERSION}`]);
    const before = digest();
    cosign.fails = '';
    expect((await merge()).code).toBe(0);
    expect(digest()).toBe(before);
    expect(order).toContain(`sign ${IMAGE}@${before}`);
  });

  it('does not sign a second time', async () => {
    const { order, merge } = signing();
    await merge();
    order.splice(0);
    expect((await merge()).code).toBe(0);
    expect(order).toEqual([]);
  });

  it('asks for nobody but the workflows of this repository', async () => {
    const { world, merge } = signing();
    await merge();
    const verify = world.commands.find(([command, first]) => command === 'cosign' && first === 'verify') ?? [];
    const identity = new RegExp(verify[verify.indexOf('--certificate-identity-regexp') + 1].replace('(?i)', ''), 'i');
    const at = (path: string) => `https://github.com/${path}`;
    expect(at('DianPlus/tomcat/.github/workflows/publish.yml@refs/heads/master')).toMatch(identity);
    expect(at('dianplus/tomcat/.github/workflows/merge-manifests.yml@refs/tags/v1.0.0')).toMatch(identity);
    for (const other of [
      at('dianplus/tomcat/.github/workflows/test.yml@refs/heads/master'),
      at('dianplus/tomcat-evil/.github/workflows/publish.yml@refs/heads/master'),
      at('dianplus/tomcat/xgithub/workflows/publish.yml@refs/heads/master'),
      at('dianplus/tomcat/.github/workflows/publish.yml@refs/pull/1/merge'),
      `https://evil.example/?${at('dianplus/tomcat/.github/workflows/publish.yml@refs/heads/master')}`,
    ])
      expect(other).not.toMatch(identity);
    expect(verify[verify.indexOf('--certificate-oidc-issuer') + 1]).toBe('https://token.actions.githubusercontent.com');
  });
});

it('without the option there is no cosign', async () => {
  const { world, merge } = signing({ sign: false });
  expect((await merge()).code).toBe(0);
  expect(world.commands.some(([command]) => command === 'cosign')).toBe(false);
});

describe('verify', () => {
  it('says that a signature is missing, and is content when there is one', async () => {
    const { world, signed, merge, digest } = signing();
    await merge();
    const unsigned = async () => (await world.run('verify', '--tag', VERSION)).stdout.match(/.*not signed by the workflows.*/g);
    expect(await unsigned()).toBeNull();
    signed.delete(`${IMAGE}@${digest()}`);
    expect(await unsigned()).toEqual([`${IMAGE}:${VERSION} is not signed by the workflows of this repository: no signatures found.`]);
  });
});
