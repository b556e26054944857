import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderWith } from './folder';
import { type BuildKit, debianBase, installCrane, type Registry, run, runImage, startBuildKit, startRegistry, versions } from './index';

const platforms = ['linux/amd64', 'linux/arm64'];
let registry: Registry, buildkit: BuildKit, image: string;

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, platforms);
  buildkit = await startBuildKit({ registryHost: registry.host });
  image = `${registry.host}/harness:multi`;
});
afterAll(async () => {
  await buildkit?.stop();
  await registry?.stop();
});

test('the registry answers', async () => {
  expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
});

test('a Dockerfile is built for both platforms and pushed', async () => {
  const context = folderWith({
    Dockerfile: `FROM debian:${versions.debian}-slim
RUN useradd --uid 101 web && uname -m > /machine && printf '%s\\n' '#!/bin/sh' \\
'trap "echo quit gracefully; exit 7" QUIT' 'echo "$(id -u) on $(uname -m)" > /dev/stdout' \\
'while :; do sleep 0.1; done' > /serve && chmod 755 /serve
USER web
STOPSIGNAL SIGQUIT
ENTRYPOINT ["/serve"]
`,
  });
  await buildkit.buildx(['build', '--platform', platforms.join(','), '--tag', image, '--push', context]);
  const { stdout } = await run(await installCrane(), ['ls', `${registry.host}/harness`]);
  expect(stdout.trim()).toBe('multi');
});

test('two builds with SOURCE_DATE_EPOCH have one digest', async () => {
  const context = folderWith({ Dockerfile: `FROM debian:${versions.debian}-slim\nRUN date > /dev/null; echo x > /x\n` });
  const build = async (name: string) => {
    await buildkit.buildx(
      [
        'build',
        '--no-cache',
        '--provenance=false',
        '--output',
        `type=image,name=${registry.host}/${name},push=true,rewrite-timestamp=true`,
        context,
      ],
      { env: { SOURCE_DATE_EPOCH: '0' } },
    );
    return (await run(await installCrane(), ['digest', `${registry.host}/${name}`])).stdout;
  };
  expect(await build('same:1')).toBe(await build('same:2'));
});

test('the docker command finds the same builder', async () => {
  const { stdout } = await run('docker', ['buildx', 'inspect'], { env: buildkit.env });
  expect(stdout).toContain(buildkit.builder);
});

test.each([
  ['linux/amd64', 'x86_64'],
  ['linux/arm64', 'aarch64'],
])('a %s container runs and stops as configured', async (platform, machine) => {
  const container = await runImage({ reference: image, platform });
  await expect.poll(() => container.logs(), { timeout: 10_000 }).toContain(`101 on ${machine}`);
  expect((await container.exec(['id', '-u'])).stdout.trim()).toBe('101');
  expect((await container.exec(['id', '-u'], { user: '0' })).stdout.trim()).toBe('0');
  expect(await container.stop()).toBe(7);
  expect(container.logs()).toContain('quit gracefully');
});

test('a port of a container is reached from here', async () => {
  const container = await runImage({
    reference: image,
    entrypoint: [
      'perl',
      '-MIO::Socket::INET',
      '-e',
      `
    my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:80", Listen => 5) or die $!; print STDERR "up\\n";
    while (my $c = $s->accept) { <$c>; print $c "HTTP/1.0 200 OK\\r\\n\\r\\nhello"; close $c }`,
    ],
  });
  await expect.poll(() => container.logs(), { timeout: 10_000 }).toContain('up');
  expect(await (await fetch(await container.port(80))).text()).toBe('hello');
  await container.kill('SIGKILL'); // as process 1 it ignores the polite ones
  expect(await container.stop()).toBe(137);
});

test('a container that ends at once tells its exit code', async () => {
  const container = await runImage({ reference: image, entrypoint: ['sh', '-c', 'echo gone; exit 3'] });
  expect(await container.wait()).toBe(3);
  expect(container.logs()).toContain('gone');
  await container.stop();
});
