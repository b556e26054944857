/** What is pushed is what passed the smoke stage, also when another run fills the layer cache meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuildKit, debianBase, installCrane, type Registry, run, startBuildKit, startRegistry, versions } from '../index';
import { type Checkout, checkout } from './act-project';

/** No two builds of it are the same, as with packages that are not pinned; its smoke stage says what it has seen. */
const DOCKERFILE = `FROM debian:${versions.debian}-slim AS image
RUN cat /proc/sys/kernel/random/uuid > /built

FROM image AS smoke
RUN echo "proved $(cat /built)"
`;

let registry: Registry;
let machines: BuildKit[] = [];
let project: Checkout;

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, ['linux/amd64']);
  machines = await Promise.all([1, 2].map(() => startBuildKit({ registryHost: registry.host, platforms: [], fresh: true })));
  project = await checkout({ registry: registry.host, architectures: [{ name: 'amd64', hosted: {} }] });
  project.writeDockerfile(DOCKERFILE);
});
afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.stop()));
  await registry?.stop();
});

/** Builds one target of the bake file; gives what BuildKit printed. */
async function bake(machine: BuildKit, target: string, tag: string): Promise<string> {
  const args = ['bake', '--progress=plain', '--file', 'docker/docker-bake.json', target];
  const { stdout, stderr } = await machine.buildx(args, { cwd: project.folder, env: { TAG: tag } });
  return stdout + stderr;
}

const proved = (log: string) => /proved ([0-9a-f-]{36})/.exec(log)?.[1];

/** What the pushed image holds. */
async function pushed(tag: string): Promise<string> {
  const crane = await installCrane();
  const reference = `${registry.host}/dianplus/tomcat:${tag}-amd64`;
  const { stdout } = await run('sh', ['-c', `"${crane}" export --platform linux/amd64 "${reference}" - | tar -xOf - built`]);
  return stdout.trim();
}

test('a push takes no layer that another run put into the cache after the smoke test', async () => {
  const [one, two] = machines;
  const first = proved(await bake(one, 'smoke-amd64', 'one'));
  const second = proved(await bake(two, 'smoke-amd64', 'two'));
  expect(first).toBeDefined();
  expect(second).not.toBe(first);
  await bake(two, 'push-amd64', 'two');
  await bake(one, 'push-amd64', 'one');
  expect(await pushed('two')).toBe(second);
  expect(await pushed('one')).toBe(first);
});
