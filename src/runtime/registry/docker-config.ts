import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Refusal } from '../failure';

/** Of docker's `config.json` what log-ins concern; the rest is kept as it is. */
export interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** Docker Hub's log-in is kept under an address that nobody types. */
const DOCKER_HUB = 'https://index.docker.io/v1/';

/** The key under which a registry's log-in is kept. */
export function authKey(registry: string): string {
  return registry === 'docker.io' ? DOCKER_HUB : registry;
}

/**
 * The config with a log-in added.
 * @throws Refusal if a credential helper is configured, which would hide the log-in
 */
export function withLogin(config: DockerConfig, registry: string, username: string, password: string): DockerConfig {
  const key = authKey(registry);
  const helper = config.credHelpers?.[key] ?? config.credsStore;
  if (helper) {
    throw new Refusal(
      `Docker's config leaves log-ins to the credential helper "${helper}", which would not see this one. Use "docker login ${registry}".`,
    );
  }
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return { ...config, auths: { ...config.auths, [key]: { auth } } };
}

function read(file: string): DockerConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Refusal(`Cannot read ${file}: ${(error as Error).message}.`);
  }
  try {
    return JSON.parse(text) as DockerConfig;
  } catch (error) {
    throw new Refusal(`${file} is no JSON: ${(error as Error).message}. Mend it or remove it.`);
  }
}

/**
 * Adds a log-in to docker's config file, readable by its owner only. The file is
 * replaced as a whole, so that nobody ever reads a half of it.
 */
export function saveLogin(file: string, registry: string, username: string, password: string): void {
  const config = withLogin(read(file), registry, username, password);
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
}
