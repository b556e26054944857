/** Steps that several jobs have. */
import type { ImageConfig } from '../../core/config';
import { hasSchedules } from '../../core/region';
import { credentialNames } from '../../core/registry-credentials';
import { usePinned } from './action-pins';
import { AWS_SESSION_SECONDS } from './limits';
import { BUILDKIT_IMAGE, BUILDX_VERSION } from './tools';
import { type Job, type Permissions, type Step, write } from './workflow';

/**
 * The one script behind every command, in one file: nothing is installed to run it.
 * `exec`, because GitHub signals a cancellation to the step's shell alone, and the
 * script is to clean up after itself.
 */
const SCRIPT = 'exec node .github/scripts/spot-image.mjs';

/** The bake file: the one definition of what is built. */
const BAKE = 'docker buildx bake --file docker/docker-bake.json';

/** Checks out all files, and leaves no token behind. */
export function checkout(config: ImageConfig): Step {
  return {
    name: 'Check out',
    uses: usePinned(config.pipeline.actionPins, 'actions/checkout'),
    with: { 'persist-credentials': false },
  };
}

/** Checks out the script and its config, and nothing that a job with credentials has no business with. */
export function checkoutScript(config: ImageConfig): Step {
  const step = checkout(config);
  return { ...step, name: 'Check out the script', with: { ...step.with, 'sparse-checkout': '.github' } };
}

/** Runs one command of the script. */
export function script(command: string, step: Omit<Step, 'run'>): Step {
  return { ...step, run: `${SCRIPT} ${command}` };
}

/** Where the jobs run that hold credentials for AWS and runner registration. */
export function trustedPlace({ pipeline }: ImageConfig): Pick<Job, 'runsOn' | 'environment' | 'remarks'> {
  return {
    runsOn: [pipeline.hostedRunner],
    environment: pipeline.environment,
    remarks: { environment: 'the only one that AWS trusts, and where the secrets are' },
  };
}

/** Id of `computeTags`' step. */
export const TAGS = 'tags';

/** Computes the tags of the run; the step fails where there are none. The job has to be able to read the contents. */
export function computeTags(step: Partial<Step> = {}): Step {
  return script('tags', {
    name: 'Compute the tags',
    id: TAGS,
    env: { INPUT_TAG: '${{ inputs.tag }}', GITHUB_TOKEN: '${{ github.token }}' },
    remarks: { 'env.GITHUB_TOKEN': 'to ask for the commit of a git tag, where a version was typed, and for times where there is no git' },
    ...step,
  });
}

/** Builds one target of the bake file; `target` is one shell word. */
export function bake(target: string, step: Omit<Step, 'run'>): Step {
  return { ...step, run: `${BAKE} ${target}` };
}

/** Builds one target, and writes what came of it to the file of the environment's METADATA_FILE. */
export function bakeAndTell(target: string, step: Omit<Step, 'run'>): Step {
  return bake(`${target} --metadata-file "$METADATA_FILE"`, step);
}

/** Gives a hosted runner pinned buildx and BuildKit. A Spot machine brings its own. */
export function setupBuildx(config: ImageConfig, step: Partial<Step> = {}): Step {
  const pinned = buildx(config, "Pinned, so that an update of the runner's image does not change the build.", {
    'driver-opts': `image=${BUILDKIT_IMAGE}`,
  });
  return { ...pinned, ...step };
}

/** Gives a hosted runner pinned buildx, for what needs no builder. */
export function installBuildx(config: ImageConfig): Step {
  return buildx(config, 'The client only: manifests are made without a builder.', { driver: 'docker' });
}

function buildx(config: ImageConfig, comment: string, inputs: Record<string, string>): Step {
  return {
    name: 'Set up buildx',
    uses: usePinned(config.pipeline.actionPins, 'docker/setup-buildx-action'),
    // a cache that other workflows can write to has no place below an image that is published
    with: { version: BUILDX_VERSION, ...inputs, 'cache-binary': false },
    comment,
  };
}

/** What a repository has to set for these registries: a sentence each, none where GitHub's own token does. */
export function registrySettings({ image }: ImageConfig, registries: readonly string[]): string[] {
  return registries.flatMap((registry) => {
    const names = credentialNames(image, registry);
    return names ? [`Settings, of the repository, for ${registry}: the variable ${names.username}, the secret ${names.password}.`] : [];
  });
}

/** The right that a push to these registries takes, if GitHub is who gives it. */
export function pushPermission({ image }: ImageConfig, registries: readonly string[], reason: string): Permissions {
  return registries.some((registry) => credentialNames(image, registry) === undefined) ? { packages: write(reason) } : {};
}

/** The variables in which the script finds the login to a registry. */
export function registryLogin({ image, pipeline }: ImageConfig, registry: string): Pick<Step, 'env' | 'remarks'> {
  const names = credentialNames(image, registry);
  if (!names) return { env: { REGISTRY_USERNAME: '${{ github.actor }}', REGISTRY_PASSWORD: '${{ github.token }}' } };
  return {
    env: { REGISTRY_USERNAME: `\${{ vars.${names.username} }}`, REGISTRY_PASSWORD: `\${{ secrets.${names.password} }}` },
    remarks: {
      'env.REGISTRY_PASSWORD': `zizmor: ignore[secrets-outside-env] the environment ${pipeline.environment} guards AWS; a job that pushes stays out of it`,
    },
  };
}

/** Gives the registry client its credentials for one registry, from here to the end of the job. */
export function login(config: ImageConfig, registry: string, comment?: string): Step {
  return script(registry === config.image.registry ? 'login' : `login --registry ${registry}`, {
    name: `Log in to ${registry}`,
    comment,
    ...registryLogin(config, registry),
  });
}

/** Proves to AWS by OpenID Connect who runs, and gets credentials that end with the job. */
export function awsCredentials(config: ImageConfig): Step {
  const [region] = config.pipeline.regions;
  return {
    name: 'Get AWS credentials',
    uses: usePinned(config.pipeline.actionPins, 'aws-actions/configure-aws-credentials'),
    with: {
      'role-to-assume': '${{ vars.AWS_ROLE_ARN }}',
      'aws-region': region.name,
      // AWS China is a partition of its own, with its own audience
      ...(region.partition === 'aws-cn' && { audience: 'sts.amazonaws.com.cn' }),
      'role-duration-seconds': AWS_SESSION_SECONDS,
    },
    comment: 'OpenID Connect: AWS trusts this repository and environment, and no key is stored anywhere.',
  };
}

/** Id of `runnerToken`'s step. */
const RUNNER_TOKEN_STEP = 'app';

/** Secret of the environment that holds a token, where no App gives one. */
export const RUNNER_TOKEN_SECRET = 'RUNNER_TOKEN';

/** The environment variable in which the script expects the token that registers and removes runners. */
export function runnerTokenEnv({ pipeline }: ImageConfig): Readonly<Record<string, string>> {
  const stored = `\${{ secrets.${RUNNER_TOKEN_SECRET} }}`;
  return { RUNNER_TOKEN: pipeline.runnerToken === 'secret' ? stored : `\${{ steps.${RUNNER_TOKEN_STEP}.outputs.token }}` };
}

/** What the App's token may do: register and remove runners, of this repository or of its owner's groups. */
function appRights({ pipeline }: ImageConfig): { readonly inputs: Readonly<Record<string, string>>; readonly why: string } {
  return pipeline.runnerGroup === undefined
    ? {
        inputs: { 'permission-administration': 'write' },
        why: "Registering a runner takes the right Administration, which a job's own token never has: hence a GitHub App.",
      }
    : {
        inputs: { owner: '${{ github.repository_owner }}', 'permission-organization-self-hosted-runners': 'write' },
        why: `Registering a runner in the group ${pipeline.runnerGroup} is a right of the organisation, which a job's own token never has: hence a GitHub App.`,
      };
}

/**
 * The step, if one is needed, that gets a token which can register and remove runners, and
 * nothing else.
 */
export function runnerToken(config: ImageConfig, step: Partial<Step> = {}): Step[] {
  if (config.pipeline.runnerToken === 'secret') return [];
  const { inputs, why } = appRights(config);
  return [
    {
      name: 'Get a token for runner registration',
      id: RUNNER_TOKEN_STEP,
      uses: usePinned(config.pipeline.actionPins, 'actions/create-github-app-token'),
      with: {
        'client-id': '${{ vars.RUNNER_APP_CLIENT_ID }}',
        'private-key': '${{ secrets.RUNNER_APP_PRIVATE_KEY }}',
        ...inputs,
      },
      comment: why,
      ...step,
    },
  ];
}

/** The environment variable in which the script expects the role that ends machines from outside; none where nothing does. */
export function schedulerEnv(config: ImageConfig): Readonly<Record<string, string>> {
  return hasSchedules(config) ? { SCHEDULER_ROLE_ARN: '${{ vars.AWS_SCHEDULER_ROLE_ARN }}' } : {};
}
