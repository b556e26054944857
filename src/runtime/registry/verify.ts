import type { AttestationFacts, TagFacts } from '../../core/merge/whole';
import type { Signer } from './cosign';
import type { ImageTools } from './imagetools';
import { predicatesOf } from './manifest';

/**
 * What a registry has under a public tag: the index, every image with its config, every
 * attestation. A part that is gone is a fact; a registry that does not answer is an error.
 *
 * @param reference `registry/owner/name`
 * @param signer knows who may have signed it; undefined where nobody has to
 * @throws Refusal if the registry does not answer clearly
 */
export async function tagFacts(reference: string, tag: string, tools: ImageTools, signer?: Signer): Promise<TagFacts> {
  const name = `${reference}:${tag}`;
  const content = await tools.look(name);
  if (!content) return { name, attestations: {} };
  const images = await Promise.all(
    content.images.map(async (image) => {
      if (image.config) return image;
      // an image whose config is gone has a manifest: buildx fails on it, and that is what people are to hear
      if (!(await tools.manifest(`${reference}@${image.digest}`))) return image;
      const found = await tools.inspect(`${reference}@${image.digest}`).catch(() => undefined);
      return { ...image, config: found?.images[0]?.config };
    }),
  );
  const attestations = await Promise.all(
    content.attestations.map(async ({ digest }): Promise<[string, AttestationFacts]> => {
      const manifest = await tools.manifest(`${reference}@${digest}`);
      return [digest, { predicates: manifest && predicatesOf(manifest) }];
    }),
  );
  const unsigned = await signer?.fault(`${reference}@${content.digest}`);
  return {
    name,
    ...(unsigned === undefined ? {} : { unsigned }),
    content: { ...content, images },
    attestations: Object.fromEntries(attestations),
  };
}
