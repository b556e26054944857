import type { Check } from '../../core/doctor/finding';
import { publicFinding, pushFinding } from '../../core/doctor/registry';
import type { RuntimeConfig } from '../../core/runtime-config';
import type { Context } from '../command';
import { check, observe } from './observe';

/**
 * What the image's own registry lets the pipeline and everybody else do.
 * @param isPrivate whether the repository is, or undefined where that is not known
 */
export async function registryChecks(
  { env, probes }: Pick<Context, 'env' | 'probes'>,
  { image }: RuntimeConfig,
  isPrivate: boolean | undefined,
): Promise<Check[]> {
  const access = probes.registry(image.registry);
  const { REGISTRY_USERNAME: username, REGISTRY_PASSWORD: password } = env;
  const login = username && password ? { username, password } : undefined;
  const path = (reference: string) => reference.slice(image.registry.length + 1);
  const pulls = [image.reference, ...(image.cache?.startsWith(`${image.registry}/`) ? [image.cache] : [])].map(async (reference) => {
    const [anonymous, own] = await Promise.all([
      observe(() => access.pull(path(reference), undefined)),
      login && observe(() => access.pull(path(reference), login)),
    ]);
    return check('registry', `pull ${reference}`, publicFinding(anonymous, own, reference, isPrivate), false);
  });
  const push = login && (await observe(() => access.push(path(image.reference), login)));
  return [check('registry', `push to ${image.registry}`, pushFinding(push, image.registry)), ...(await Promise.all(pulls))];
}
