import type { RuntimeConfig } from '../../core/runtime-config';
import { tagRules, tagsOf } from '../../core/tags';
import { isAlias } from '../../core/tags/aliases';
import { lookAlike } from '../../core/tags/base-tag';
import type { Values } from '../command';
import { Refusal, UsageError } from '../failure';
import type { MergeOrder } from './merge-plan';

type Env = Readonly<Record<string, string | undefined>>;

function architecturesFrom(only: string, config: RuntimeConfig): string[] {
  const names = config.architectures.map(({ name }) => name);
  const wanted = only.split(',').map((word) => word.trim());
  const foreign = wanted.filter((word) => !names.includes(word));
  if (foreign.length > 0) throw new UsageError(`--only "${foreign.join(', ')}": no such architecture; there are ${names.join(', ')}.`);
  return names.filter((name) => wanted.includes(name));
}

function digestsFrom(words: readonly string[], architectures: readonly string[]): Record<string, string> {
  const digests: Record<string, string> = {};
  for (const word of words) {
    const [, name, digest] = /^([^=]+)=(sha256:[0-9a-f]{64})$/.exec(word) ?? [];
    if (!name) throw new UsageError(`--digest "${word}" must be an architecture, =, and its digest: amd64=sha256:… with 64 digits.`);
    if (!architectures.includes(name)) throw new UsageError(`--digest "${word}": ${name} is not merged; ${architectures.join(', ')} are.`);
    if (Object.hasOwn(digests, name)) throw new UsageError(`--digest is given twice for ${name}.`);
    digests[name] = digest;
  }
  const missing = architectures.filter((name) => !Object.hasOwn(digests, name));
  if (missing.length > 0) throw new UsageError(`--digest is missing for ${missing.join(', ')}: digests and tags are never mixed.`);
  return digests;
}

/** A workflow never replaces a version: what people may do by hand, a button must not. */
function forcedFrom(values: Values, env: Env): string | undefined {
  const { force, reason } = values;
  if (!force) {
    if (reason !== undefined) throw new UsageError('--reason belongs to --force.');
    return undefined;
  }
  if (env.GITHUB_ACTIONS === 'true')
    throw new Refusal('--force is for people: in a workflow a public version is never replaced. Run it on your own machine.');
  if (typeof reason !== 'string' || !/^[^\r\n]*\S[^\r\n]*$/.test(reason))
    throw new UsageError('--force needs --reason TEXT, one line: everyone who looks at the index reads it.');
  return reason.trim();
}

/**
 * What the command line orders.
 * @throws UsageError if it is wrong
 * @throws Refusal if the tag is no base tag, or a workflow wants to force
 */
export function mergeOrder(values: Values, config: RuntimeConfig, env: Env): MergeOrder {
  if (typeof values.tag !== 'string' || values.tag === '') throw new UsageError('--tag is missing: the base tag to merge, such as latest.');
  const names = config.architectures.map(({ name }) => name);
  if (isAlias(values.tag, config))
    throw new Refusal(`"${values.tag}" is an alias that follows the versions (pipeline.aliases); merge a whole version, such as v1.0.0.`);
  const alike = lookAlike(values.tag, config);
  if (alike !== undefined) throw new Refusal(alike);
  const verdict = tagsOf(tagRules(config, config.architectures), values.tag);
  if (!verdict.ok) throw new Refusal(verdict.reason);
  const architectures = values.only ? architecturesFrom(String(values.only), config) : names;
  const given = (values.digest ?? []) as readonly string[];
  return {
    tag: verdict.tag,
    archTags: verdict.archTags,
    aliases: verdict.aliases,
    architectures,
    limited: Boolean(values.only),
    digests: given.length > 0 ? digestsFrom(given, architectures) : undefined,
    forced: forcedFrom(values, env),
  };
}
