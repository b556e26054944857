import type { RunFacts } from '../core/identity';
import type { RuntimeArchitecture, RuntimeConfig } from '../core/runtime-config';
import type { Values } from './command';
import { Refusal, UsageError } from './failure';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * A variable that must be there.
 * @param where who is to set it
 * @throws Refusal if it is not set
 */
export function variable(env: Env, name: string, where = 'GitHub Actions sets it in every step; elsewhere, set it yourself'): string {
  const value = env[name];
  if (!value) throw new Refusal(`${name} is not set: ${where}.`);
  return value;
}

/** `owner/name` of the repository that the run belongs to. @throws Refusal if there is none */
export function repositoryOf(env: Env): string {
  return variable(env, 'GITHUB_REPOSITORY');
}

/** The run, and the architecture it is about. @throws Refusal if the environment lacks something */
export function runFacts(env: Env, architecture: RuntimeArchitecture): RunFacts {
  return { repository: repositoryOf(env), runId: variable(env, 'GITHUB_RUN_ID'), architecture: architecture.name };
}

/** The architecture that `--arch` names. @throws UsageError if it names none */
export function architectureFrom(values: Values, config: RuntimeConfig): RuntimeArchitecture {
  const names = config.architectures.map(({ name }) => name).join(', ');
  if (typeof values.arch !== 'string') throw new UsageError(`--arch is missing; there are ${names}.`);
  const architecture = config.architectures.find(({ name }) => name === values.arch);
  if (!architecture) throw new UsageError(`--arch "${values.arch}" is no architecture of this image; there are ${names}.`);
  return architecture;
}
