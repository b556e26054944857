import { describe, expect, it } from 'vitest';
import type { ImageConfig, OpenRestyConfig } from '../../../src/core/config';
import { renderBake } from '../../../src/synth/image/bake';
import { renderSampleDockerfile } from '../../../src/synth/image/sample-dockerfile';
import { imageConfig, openRestyConfig } from '../../support/config';

interface Target {
  readonly inherits?: string[];
  readonly target?: string;
  readonly platforms?: string[];
  readonly tags?: string[];
  readonly labels?: Record<string, string>;
  readonly annotations?: string[];
  readonly output?: string[];
  readonly attest?: string[];
  readonly 'cache-from'?: string[];
  readonly 'cache-to'?: string[];
}

/** A target with what it inherits, as bake resolves it. */
function target(config: ImageConfig | OpenRestyConfig, name: string): Target {
  const { target: targets } = JSON.parse(renderBake(config)) as { target: Record<string, Target> };
  const resolve = (one: string): Target => Object.assign({}, ...(targets[one].inherits ?? []).map(resolve), targets[one]);
  return resolve(name);
}

describe('targets of an architecture', () => {
  const config = openRestyConfig({ architectures: [{ name: 'amd64' }, { name: 's390x', emulated: { on: 'amd64' } }] });

  it('push its own tag, from its own cache, for its own platform', () => {
    const push = target(config, 'push-s390x');
    expect(push.platforms).toEqual(['linux/s390x']);
    expect(push.tags).toEqual(['ghcr.io/dianplus/openresty:${TAG}-s390x']);
    expect(push['cache-to']?.[0]).toMatch(/^type=registry,ref=ghcr\.io\/dianplus\/openresty-cache:s390x,mode=max,/);
    expect(push.target).toBe('image');
  });

  it('prove the image without pushing anything, not even a cache', () => {
    const smoke = target(config, 'smoke-s390x');
    expect(smoke.target).toBe('smoke');
    expect(smoke.output).toEqual(['type=cacheonly']);
    expect(smoke['cache-from']).toEqual(['type=registry,ref=ghcr.io/dianplus/openresty-cache:s390x']);
    expect(smoke['cache-to']).toBeUndefined();
    expect(smoke.tags).toBeUndefined();
  });

  it('push what was tested, and nothing that another run put into the cache since', () => {
    for (const name of ['image-s390x', 'push-s390x']) expect(target(config, name)['cache-from']).toBeUndefined();
  });

  it('say in full how they were built; a list of packages comes only if it is asked for, since its scanner is pulled', () => {
    expect(target(config, 'push-amd64').attest).toEqual(['type=provenance,mode=max']);
    expect(target(imageConfig({ pipeline: { sbom: true } }), 'push-amd64').attest).toEqual(['type=provenance,mode=max', 'type=sbom']);
    expect(target(imageConfig({ pipeline: { sbom: true } }), 'smoke-amd64').attest).toBeUndefined();
  });

  it('use no cache where it is switched off', () => {
    const text = renderBake(openRestyConfig({ pipeline: { cache: false } }));
    expect(text).not.toContain('cache-');
  });

  it('are those of the config and no others', () => {
    const { target: targets } = JSON.parse(renderBake(config)) as { target: object };
    expect(Object.keys(targets)).toEqual([
      'common',
      'image',
      'smoke',
      'image-amd64',
      'smoke-amd64',
      'push-amd64',
      'image-s390x',
      'smoke-s390x',
      'push-s390x',
    ]);
  });
});

describe('any image', () => {
  const config = imageConfig({ title: 'Tomcat %{x}', description: 'A servlet container' });

  it('gets all labels from the bake file, literally', () => {
    expect(target(config, 'push-amd64').labels).toMatchObject({
      'org.opencontainers.image.title': 'Tomcat %%{x}',
      'org.opencontainers.image.description': 'A servlet container',
      'org.opencontainers.image.revision': '${REVISION != "" ? REVISION : null}',
    });
  });

  it('gets the description as an annotation of the index, which GHCR shows', () => {
    expect(target(config, 'push-amd64').annotations).toContain('index,manifest:org.opencontainers.image.description=A servlet container');
  });

  it('ships the stage image and proves it by the stage smoke, both of which the first Dockerfile has', () => {
    expect(target(config, 'push-amd64').target).toBe('image');
    expect(target(config, 'smoke-amd64').target).toBe('smoke');
    expect(renderSampleDockerfile(config)).toMatch(/^FROM \S+ AS image$[\s\S]*^FROM image AS smoke$/m);
  });
});

it('leaves to the generated Dockerfile the labels that it has', () => {
  expect(Object.keys(target(openRestyConfig(), 'push-amd64').labels ?? {})).toEqual([
    'org.opencontainers.image.version',
    'org.opencontainers.image.revision',
    'org.opencontainers.image.created',
  ]);
});
