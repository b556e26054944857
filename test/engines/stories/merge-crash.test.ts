/**
 * A merge that ends at any write to a registry, or right after it: the script is
 * killed with all its children, or the registries hang up. What was public stays whole, and
 * the same merge again completes.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRIPT_CONFIG_FILE } from '../../../src/synth/script/controller-script';
import { installCrane, type Registry, run, startRegistry } from '..';
import { CutPoints, type CutProxy, startCutProxy } from './cut-proxy';
import { type MergeSite, Repository, startMergeSite } from './merge-site';

const OWN = 'dianplus/tomcat';
const NAMES = ['amd64', 'arm64'];

let site: MergeSite;
let second: Registry;
let proxies: CutProxy[];
let points = new CutPoints();
let crane: string;
let repositories = 0;

beforeAll(async () => {
  site = await startMergeSite();
  second = await startRegistry();
  proxies = await Promise.all([site.registry.host, second.host].map((host) => startCutProxy(host, () => points)));
  crane = await installCrane();
  for (const [tag, bytes] of [
    ['old', 'old'],
    ['new', 'new'],
  ])
    for (const name of NAMES) await site.build(tag, name, { args: { BYTES: bytes } });
  const { code, output } = await site.run(site.script(), ['merge', '--tag', 'old']);
  expect(code, output).toBe(0);
});
afterAll(async () => {
  await Promise.all((proxies ?? []).map((proxy) => proxy.stop()));
  await second?.stop();
  await site?.stop();
});

/** One try: repositories of its own, in which the old images are public as TAG, and the new ones are built. */
interface Try {
  readonly script: string;
  readonly repositories: readonly Repository[];
}

const copy = (from: string, to: string) => run(crane, ['copy', '--insecure', from, to]);

async function prepare(tag: string, registries: number, aliases: boolean): Promise<Try> {
  const name = `${OWN}-${++repositories}`;
  const additionalRegistries = registries > 1 ? [{ registry: proxies[1].host }] : [];
  const script = site.script({ registry: proxies[0].host, additionalRegistries, pipeline: { aliases } });
  // other repositories of the same image, so that the index is the same every time
  const file = path.join(script, '..', '..', '..', SCRIPT_CONFIG_FILE);
  fs.writeFileSync(
    file,
    fs.readFileSync(file, 'utf8').replaceAll(`${OWN}"`, (text) => text.replace(OWN, name)),
  );
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  config.image.source = 'https://github.com/dianplus/tomcat';
  fs.writeFileSync(file, JSON.stringify(config));
  expect(config.image.reference).toBe(`${proxies[0].host}/${name}`);
  points = new CutPoints();
  const own = new Repository(site.registry.host, name);
  const all = [own, ...(registries > 1 ? [new Repository(second.host, name)] : [])];
  const { reference } = site.repository;
  const copies = NAMES.map((which) => copy(`${reference}:new-${which}`, `${own.reference}:${tag}-${which}`));
  // a version never names anything else before
  if (!tag.startsWith('v')) copies.push(...all.map((each) => copy(`${reference}:old`, `${each.reference}:${tag}`)));
  await Promise.all(copies);
  return { script, repositories: all };
}

/** Runs a merge until it ends by itself or by the cut. */
function mergeUntil(last: number, how: 'kill' | 'hang up', script: string, tag: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, 'merge', '--tag', tag], {
      detached: true, // the kill takes its buildx along
      stdio: 'ignore',
      env: { ...site.buildkit.env, BUILDX_BUILDER: '', GITHUB_ACTIONS: '' },
    });
    points = new CutPoints(last, () => {
      if (how === 'kill' && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    });
    child.on('error', reject).on('close', (code) => resolve(code));
  });
}

/** Everything that the index names is there, in this registry. */
async function whole(repository: Repository, reference: string): Promise<void> {
  const { manifests } = await repository.must(reference);
  for (const { digest } of manifests) {
    const child = JSON.parse((await repository.must(digest)).text);
    for (const blob of [child.config, ...child.layers]) {
      const answer = await fetch(`http://${repository.host}/v2/${repository.name}/blobs/${blob.digest}`, { method: 'HEAD' });
      expect(answer.status, `${repository.reference}@${digest}: ${blob.digest}`).toBe(200);
    }
  }
}

describe('a merge that ends before or after any of its writes', () => {
  it.each([
    ['kill', 1, 'edge', false],
    ['kill', 2, 'edge', false],
    ['hang up', 1, 'edge', false],
    ['kill', 2, 'v1.2.3', true],
  ] as const)('leaves all public tags whole, and again completes (%s, registries: %i, %s)', async (how, registries, tag, aliases) => {
    const publicTags = aliases ? [tag, '1.2.3', '1.2', 'v1'] : [tag];
    const reference = await prepare(tag, registries, aliases);
    const { code, output } = await site.run(reference.script, ['merge', '--tag', tag]);
    expect(code, output).toBe(0);
    const { digest: complete } = await reference.repositories[0].must(tag);
    let reached = 0;
    const states = new Set<string>();
    for (let last = 0; ; last++) {
      const one = await prepare(tag, registries, aliases);
      const old = await Promise.all(one.repositories.map((repository) => repository.get(tag)));
      const ended = await mergeUntil(last, how, one.script, tag);
      const cut = points.seen > last;
      points = new CutPoints();
      const state: boolean[] = [];
      for (const [i, repository] of one.repositories.entries()) {
        for (const name of publicTags) {
          const now = await repository.get(name);
          expect([old[i]?.digest, complete], `${name}, cut after point ${last}`).toContain(now?.digest);
          if (now) await whole(repository, name);
          state.push(now?.digest === complete);
        }
      }
      const [ownTag, ...others] = state;
      const elsewhere = others[publicTags.length - 1] ?? true; // the same tag in the second registry
      const alias = others.some((done, i) => done && (i + 1) % publicTags.length !== 0);
      expect(ownTag && !elsewhere, 'the own tag comes after the other registry').toBe(false);
      expect(alias && !ownTag, 'aliases come after the tag').toBe(false);
      states.add(state.join());
      if (!cut) {
        expect(ended).toBe(0);
        reached = last;
        break;
      }
      const again = await site.run(one.script, ['merge', '--tag', tag]);
      expect(again.code, `again, after a cut after point ${last}: ${again.output}`).toBe(0);
      for (const repository of one.repositories) {
        for (const name of publicTags) expect((await repository.must(name)).digest).toBe(complete);
        await whole(repository, tag);
      }
    }
    console.log(`${how}, ${registries} registries, ${tag}: ${reached} points, ${states.size} states`);
    expect(states.size, 'the cuts fell between the tags').toBeGreaterThan(registries);
  });
});
