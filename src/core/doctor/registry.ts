/** Whether the registry takes the image, and gives it to everybody. */
import { type Finding, fine, missing, type Observed, unknown } from './finding';

/** See the edge's `Access`. */
export type Access = 'granted' | 'denied' | { readonly unclear: string };

/**
 * May this job's login push?
 * @param observed undefined without a login
 */
export function pushFinding(observed: Observed<Access> | undefined, registry: string): Finding {
  if (!observed)
    return {
      ...unknown('there is no login to try', 'run the workflow "Doctor", or set REGISTRY_USERNAME and REGISTRY_PASSWORD'),
      dispensable: true,
    };
  if ('failed' in observed) return unknown(observed.failed.message, 'try again later');
  if (observed.seen === 'granted') return fine(`${registry} accepts the login and a push`);
  if (observed.seen === 'denied')
    return missing(
      `${registry} refuses a push`,
      registry === 'ghcr.io'
        ? 'the package → Package settings → Manage Actions access: give this repository the role Write'
        : 'correct REGISTRY_USERNAME and REGISTRY_PASSWORD in the settings of the repository',
    );
  return unknown(`${registry} answered ${observed.seen.unclear}`, 'try again later');
}

/** Can everybody pull? */
export function publicFinding(
  anonymous: Observed<Access>,
  own: Observed<Access> | undefined,
  reference: string,
  isPrivate: boolean | undefined,
): Finding {
  const name = reference.split('/').pop();
  if ('failed' in anonymous) return { ...unknown(anonymous.failed.message, 'try again later'), dispensable: true };
  if (anonymous.seen === 'granted') return fine(`everybody can pull ${reference}`);
  const there = own && 'seen' in own ? own.seen : undefined;
  if (there === 'granted') {
    if (isPrivate) return fine(`${reference} is private, as the repository is`);
    if (isPrivate === undefined) return { ...unknown(`${reference} is private; whether that is wanted is not known`), dispensable: true };
    return missing(
      `${reference} is private, as GitHub makes every package when it is first pushed`,
      `the package ${name} → Package settings → Change visibility → Public`,
    );
  }
  return {
    ...unknown(
      `${reference} is private, or was not pushed yet`,
      `after the first build: the package ${name} → Package settings → Change visibility → Public`,
    ),
    dispensable: true,
  };
}
