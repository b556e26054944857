/**
 * The image's identity: its references, and what its labels say.
 */
import type { ImageIdentity, ImageReference } from './config';
import type { Faults } from './fault';
import { checkLine, checkUrl } from './grammar';
import type { RegistryOptions, SpotImageProjectOptions } from './options';
import { checkRegistry, checkRepositoryPart, LONGEST_REFERENCE } from './reference';
import { credentialNames, registriesOf } from './registry-credentials';

/** Repository of the layer cache. */
function cacheOf({ reference }: ImageReference): string {
  return `${reference}-cache`;
}

/** Longest texts: a title stands in a heading, a description in one line of a registry's page. */
const LONGEST = { title: 80, vendor: 80, description: 300 } as const;

/** npm refuses a package of this name, and the project is one. */
const NO_PACKAGE_NAMES = ['node_modules', 'favicon.ico'];

function referenceOf(registry: string, owner: string, name: string): ImageReference {
  const repository = `${owner}/${name}`;
  return { registry, repository, reference: `${registry}/${repository}` };
}

/** SPDX license expressions: identifiers, with AND, OR, WITH and parentheses. Identifiers are not looked up. */
function isLicense(license: string): boolean {
  const words = license.replace(/\(/g, '( ').replace(/\)/g, ' )').split(' ');
  let depth = 0;
  let wantsName = true;
  for (const word of words) {
    if (word === '(' && wantsName) depth++;
    else if (word === ')' && !wantsName && depth > 0) depth--;
    else if (['AND', 'OR', 'WITH'].includes(word) && !wantsName) wantsName = true;
    else if (/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(word) && wantsName) wantsName = false;
    else return false;
  }
  return depth === 0 && !wantsName && license.length <= 200;
}

function checkName(faults: Faults, name: string): void {
  checkRepositoryPart(faults, 'name', name);
  if (name.includes('/'))
    faults.add('name', name, 'the name is one part; the part before the slash is the owner', `write name: "${name.split('/').pop()}"`);
  // The cache lives in <name>-cache: an image of that name would share it with tags that people pull.
  if (name.endsWith('-cache')) faults.add('name', name, 'names that end with "-cache" are those of layer caches', 'choose another name');
  if (NO_PACKAGE_NAMES.includes(name))
    faults.add('name', name, 'no npm package, as this project is one, may have this name', 'choose another name');
}

function checkTexts(faults: Faults, options: SpotImageProjectOptions): void {
  for (const key of ['title', 'description', 'vendor'] as const) {
    const given = options[key];
    if (given !== undefined) checkLine(faults, key, given, LONGEST[key]);
  }
  if (options.license !== undefined && !isLicense(options.license)) {
    faults.add(
      'license',
      options.license,
      'it is no SPDX licence expression',
      'write it like "Apache-2.0" or "BSD-2-Clause AND Apache-2.0"',
    );
  }
  if (options.source !== undefined) checkUrl(faults, 'source', options.source);
  else if (options.owner.includes('/')) {
    faults.add(
      'source',
      undefined,
      `an owner of several parts ("${options.owner}") has no repository on GitHub to stand for it`,
      'give the web address of the source',
    );
  }
}

function resolveAdditional(
  faults: Faults,
  list: readonly RegistryOptions[],
  main: ImageReference,
  options: SpotImageProjectOptions,
): ImageReference[] {
  const places = [main.reference];
  return list.map((option, i) => {
    const path = `additionalRegistries[${i}]`;
    checkRegistry(faults, `${path}.registry`, option.registry);
    for (const key of ['owner', 'name'] as const) {
      const given = option[key];
      if (given !== undefined) checkRepositoryPart(faults, `${path}.${key}`, given);
    }
    const place = referenceOf(option.registry, option.owner ?? options.owner, option.name ?? options.name);
    if (places.includes(place.reference)) faults.add(path, place.reference, 'this place is named already', 'remove it');
    if (place.reference.length > LONGEST_REFERENCE) {
      const why = `registry, owner and name make a reference of ${place.reference.length} characters; ${LONGEST_REFERENCE} are allowed`;
      faults.add(path, place.reference, why, 'shorten them');
    }
    if (place.reference === cacheOf(main)) faults.add(path, place.reference, 'this is the home of the layer cache', 'choose another name');
    places.push(place.reference);
    return place;
  });
}

/** Two registries whose credentials have the same names would get each other's. */
function checkCredentials(faults: Faults, image: ImageIdentity): void {
  const names = (registry: string) => credentialNames(image, registry)?.username;
  const registries = registriesOf(image);
  image.additional.forEach(({ registry }, i) => {
    const twin = registries.find((other) => names(other) === names(registry)) ?? registry;
    if (twin === registry) return;
    const why = `its credentials have the same name as those of ${twin}: ${names(registry)}`;
    faults.add(`additionalRegistries[${i}].registry`, registry, why, 'publish to one of the two');
  });
}

/** Resolves the identity. */
export function resolveImage(faults: Faults, options: SpotImageProjectOptions): ImageIdentity {
  const { name, owner, registry = 'ghcr.io', title = name, vendor = owner, license = 'Apache-2.0' } = options;
  checkName(faults, name);
  checkRepositoryPart(faults, 'owner', owner);
  checkRegistry(faults, 'registry', registry);
  checkTexts(faults, options);
  const main = referenceOf(registry, owner, name);
  const cacheReference = cacheOf(main);
  if (cacheReference.length > LONGEST_REFERENCE) {
    const why = `registry, owner and name make a reference of ${cacheReference.length} characters with "-cache"; ${LONGEST_REFERENCE} are allowed`;
    faults.add('name', name, why, 'shorten them');
  }
  const image: ImageIdentity = {
    ...main,
    name,
    owner,
    title,
    description: options.description ?? `${title} container image`,
    license,
    vendor,
    source: options.source ?? `https://github.com/${owner}/${name}`,
    cacheReference,
    additional: resolveAdditional(faults, options.additionalRegistries ?? [], main, options),
  };
  checkCredentials(faults, image);
  return image;
}
