import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../command';
import { saveLogin } from '../registry/docker-config';
import { variable } from '../run';

const FROM_THE_STEP = "the workflow's step gives it";

/** `login`: lets buildx push, where there is no docker to log in with. */
export const login: Command = {
  name: 'login',
  summary: "Keeps a registry log-in in docker's config file.",
  help: `[--registry HOST] [--json]

  --registry HOST   Default: the image's own registry.

Environment: REGISTRY_USERNAME, REGISTRY_PASSWORD; DOCKER_CONFIG is the folder of
config.json, by default ~/.docker.
`,
  options: { registry: { type: 'string' } },
  async run(values, { env, config }) {
    const registry = (values.registry as string | undefined) ?? config().image.registry;
    const username = variable(env, 'REGISTRY_USERNAME', FROM_THE_STEP);
    const password = variable(env, 'REGISTRY_PASSWORD', FROM_THE_STEP);
    const file = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json');
    saveLogin(file, registry, username, password);
    return { json: { registry, username, file }, text: `Logged in to ${registry} as ${username} (${file}).`, outputs: {} };
  },
};
