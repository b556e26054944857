/**
 * The image's identity: its references, and what its labels say.
 */
import type { ImageIdentity, ImageReference } from './config';
import type { Faults } from './fault';
import { checkLine, checkRegistry, checkRepositoryPart, checkUrl } from './grammar';
import type { RegistryOptions, SpotImageProjectOptions } from './options';

function referenceOf(registry: string, owner: string, name: string): ImageReference {
  const repository = `${owner}/${name}`;
  return { registry, repository, reference: `${registry}/${repository}` };
}

function checkReference(faults: Faults, path: (key: string) => string, options: RegistryOptions): void {
  checkRegistry(faults, path('registry'), options.registry);
  if (options.owner !== undefined) checkRepositoryPart(faults, path('owner'), options.owner);
  if (options.name !== undefined) checkRepositoryPart(faults, path('name'), options.name);
}

/** SPDX license expressions: identifiers, with AND, OR, WITH and parentheses. Identifiers are not looked up. */
function checkLicense(faults: Faults, license: string): void {
  if (!/^\(*[A-Za-z0-9.+-]+\)*(?: (?:AND|OR|WITH) \(*[A-Za-z0-9.+-]+\)*)*$/.test(license)) {
    faults.add('license', license, 'it is no SPDX licence expression', 'write it like "Apache-2.0" or "BSD-2-Clause AND Apache-2.0"');
  }
}

/** Resolves the identity. */
export function resolveImage(faults: Faults, options: SpotImageProjectOptions): ImageIdentity {
  const { name, owner } = options;
  const registry = options.registry ?? 'ghcr.io';
  checkReference(faults, (key) => key, { registry, owner, name });
  // The cache lives in <name>-cache: an image of that name would share it with tags that people pull.
  if (name.includes('/')) faults.add('name', name, 'the name is one part; the part before the slash is the owner', `write name: "${name.split('/').pop()}"`);
  if (name.endsWith('-cache')) faults.add('name', name, 'names that end with "-cache" are those of layer caches', 'choose another name');
  const title = options.title ?? name;
  const description = options.description ?? `${title} container image`;
  const vendor = options.vendor ?? owner;
  const license = options.license ?? 'Apache-2.0';
  const source = options.source ?? `https://github.com/${owner}/${name}`;
  for (const key of ['title', 'description', 'vendor'] as const) {
    const given = options[key];
    if (given !== undefined) checkLine(faults, key, given);
  }
  checkLicense(faults, license);
  // The default is made of owner and name, which are checked themselves.
  if (options.source !== undefined) checkUrl(faults, 'source', source);

  const main = referenceOf(registry, owner, name);
  const additional = (options.additionalRegistries ?? []).map((r, i) => {
    checkReference(faults, (key) => `additionalRegistries[${i}].${key}`, r);
    return referenceOf(r.registry, r.owner ?? owner, r.name ?? name);
  });
  const all = [main, ...additional].map((r) => r.reference);
  additional.forEach(({ reference }, i) => {
    if (all.indexOf(reference) !== i + 1) {
      faults.add(`additionalRegistries[${i}]`, reference, 'this place is named already', 'remove it');
    }
  });
  return { ...main, name, owner, title, description, license, vendor, source, cacheReference: `${main.reference}-cache`, additional };
}
