/** Is a public tag whole? Every finding, from facts that were read from the registries once. */
import { OCI_KEYS } from '../annotations';
import { normalisePlatform } from '../platform';
import { aliasesOf } from '../tags/aliases';
import { SUBSET } from './annotations';
import { type Content, REVISION, VERSION, versionOf } from './content';
import { differences } from './difference';

/** An architecture that a tag is expected to have. */
export interface Expected {
  readonly name: string;
  /** Normalised. */
  readonly platform: string;
  /** Name of the workflow that makes it. */
  readonly workflow: string;
}

/** What was found of one attestation. */
export interface AttestationFacts {
  /** What it attests; undefined if the registry has no such manifest. */
  readonly predicates: readonly string[] | undefined;
}

/** One public tag in one registry. */
export interface TagFacts {
  /** `reference:tag`. */
  readonly name: string;
  /**
   * What it names, each image with its config; an image without one could not be
   * fetched. Undefined where there is no such tag.
   */
  readonly content?: Content;
  /** What each attestation says, by its digest. */
  readonly attestations: Readonly<Record<string, AttestationFacts>>;
  /** Why no signature of this repository's workflows was found; undefined where there is one, or none is asked for. */
  readonly unsigned?: string;
}

/** Keys that every index of a merge has. */
const ANNOTATED = [OCI_KEYS.title, OCI_KEYS.description, OCI_KEYS.source, OCI_KEYS.licenses];

/** The architectures that an index says it is limited to, or all of them. */
export function expectedIn(content: Content, all: readonly Expected[]): readonly Expected[] {
  const only = content.annotations[SUBSET]?.split(',');
  return only ? all.filter(({ name }) => only.includes(name)) : all;
}

function imageFindings({ name, content, attestations }: TagFacts & { content: Content }, all: readonly Expected[]): string[] {
  const expected = expectedIn(content, all);
  const platforms = content.images.map(({ platform }) => normalisePlatform(platform));
  const counts = expected.flatMap(({ platform, workflow }) => {
    const count = platforms.filter((one) => one === platform).length;
    return count === 1 ? [] : [`${name} has ${count || 'no'} ${count > 1 ? 'images' : 'image'} for ${platform} (workflow "${workflow}").`];
  });
  const foreign = platforms
    .filter((platform) => !expected.some((one) => one.platform === platform))
    .map((platform) => `${name} has an image for ${platform}, which it should not have.`);
  const each = content.images.flatMap(({ digest, platform, config }) => {
    if (!config) return [`${name}: the image for ${platform} cannot be fetched (${digest}): its manifest or its config is gone.`];
    return normalisePlatform(config.platform) === normalisePlatform(platform)
      ? []
      : [`${name}: the image for ${platform} was built for ${config.platform} (${digest}).`];
  });
  const unattested = content.images.flatMap(({ digest, platform }) => {
    const own = content.attestations.filter(({ of }) => of === digest).flatMap((one) => attestations[one.digest]?.predicates ?? []);
    return own.some((predicate) => predicate.startsWith('https://slsa.dev/provenance/')) ? [] : [`${name}: ${platform} has no provenance.`];
  });
  const gone = content.attestations
    .filter(({ digest }) => attestations[digest]?.predicates === undefined)
    .map(({ digest }) => `${name}: the attestation ${digest} cannot be fetched.`);
  return [...counts, ...foreign, ...each, ...unattested, ...gone];
}

function labelFindings({ name, content }: TagFacts & { content: Content }, all: readonly Expected[]): string[] {
  const sides = content.images
    .filter(({ config }) => config)
    .map((image) => ({
      name: `${image.platform} of ${name}`,
      workflow: all.find(({ platform }) => platform === normalisePlatform(image.platform))?.workflow ?? 'none',
      image,
    }));
  const missing = ANNOTATED.filter((key) => !content.annotations[key]).map((key) => `${name} has no annotation ${key}.`);
  const built = sides[0]?.image.config?.labels[REVISION];
  const said = content.annotations[REVISION];
  const revision = built === said ? [] : [`${name} says revision ${said ?? 'none'}, its images ${built ?? 'none'}.`];
  const tag = name.slice(name.lastIndexOf(':') + 1);
  const versions = [versionOf(content), ...sides.map(({ image }) => image.config?.labels[VERSION])].filter((one) => one !== undefined);
  const foreign = [...new Set(versions)]
    .filter((version) => version !== tag && !aliasesOf(version, { aliases: true }).includes(tag))
    .map((version) => `${name} names what was built for "${version}".`);
  return [...differences(sides), ...missing, ...revision, ...foreign];
}

/**
 * All findings; none where the tag is whole.
 *
 * @param tags the tag in every registry, the image's own first
 * @param all every architecture of the image
 */
export function findings(tags: readonly TagFacts[], all: readonly Expected[]): string[] {
  const [own] = tags;
  return tags.flatMap((tag) => {
    const { name, content, unsigned } = tag;
    if (!content) return [`There is no ${name}.`];
    const elsewhere =
      own.content && own.content.digest !== content.digest
        ? [`${name} is ${content.digest}, but ${own.name} is ${own.content.digest}.`]
        : [];
    const signature = unsigned === undefined ? [] : [`${name} is not signed by the workflows of this repository: ${unsigned}.`];
    return [...elsewhere, ...signature, ...imageFindings({ ...tag, content }, all), ...labelFindings({ ...tag, content }, all)];
  });
}
