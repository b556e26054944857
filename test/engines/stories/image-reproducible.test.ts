/** Two clean builds of one commit are the same image on every platform: that is what lets a version be merged again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debianBase, type Registry, startBuildKit, startRegistry, versions } from '..';
import { nativeArchitecture } from '../qemu';
import { checkout } from './act-project';
import { bake } from './image-site';
import { Repository } from './merge-site';

const NATIVE = `linux/${nativeArchitecture}`;
const NAMES = ['amd64', 'arm64'];

/** Files of a moment, from a RUN and from the context; what is compiled for another platform needs no emulation. */
const DOCKERFILE = `FROM --platform=$BUILDPLATFORM debian:${versions.debian}-slim AS built
ARG TARGETARCH
RUN mkdir -p /made/lib && echo "$TARGETARCH" > /made/lib/file && ln -s file /made/lib/link

FROM scratch AS image
COPY --from=built /made /
COPY Dockerfile /own

FROM image AS smoke
COPY --from=built /made/lib/file /tested
`;

let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
  await debianBase(registry.host, [NATIVE]);
});
afterAll(() => registry?.stop());

/** Builds and pushes both architectures with a BuildKit that has built nothing before, from a checkout of its own. */
async function build(tag: string): Promise<Record<string, string>> {
  const { folder, writeDockerfile } = await checkout({ registry: registry.host });
  writeDockerfile(DOCKERFILE);
  const machine = await startBuildKit({ registryHost: registry.host, platforms: [], fresh: true });
  try {
    for (const name of NAMES) {
      // TAG is a label: the same one for both, under another name in the registry afterwards
      for (const target of [`smoke-${name}`, `push-${name}`]) {
        const { code, output } = await bake(machine, folder, target, { words: ['--no-cache'] });
        expect(code, output).toBe(0);
      }
    }
  } finally {
    await machine.stop();
  }
  const repository = new Repository(registry.host, 'dianplus/tomcat');
  const images: Record<string, string> = {};
  for (const name of NAMES) {
    const { manifests } = await repository.must(`v1.0.0-${name}`);
    expect(
      manifests.filter((one) => one.annotations),
      `${name} has provenance`,
    ).toHaveLength(1);
    images[name] = (await repository.images(`v1.0.0-${name}`))[name];
    await repository.retag(`v1.0.0-${name}`, `${tag}-${name}`);
  }
  return images;
}

describe('two clean builds of one commit', () => {
  it('are the same image on every platform, with other attestations', async () => {
    const first = await build('first');
    const second = await build('second');
    expect(second).toEqual(first);
    expect(new Set(Object.values(first)).size).toBe(NAMES.length);
    const repository = new Repository(registry.host, 'dianplus/tomcat');
    for (const name of NAMES) {
      // the whole is another one, since its provenance tells when it was built
      expect((await repository.must(`second-${name}`)).digest).not.toBe((await repository.must(`first-${name}`)).digest);
    }
  });
});
