import * as fs from 'node:fs';
import * as path from 'node:path';
import { SpotImageProject } from '../../../src';
import { DEFAULT_ACTION_PINS } from '../../../src/core/action-pins';
import type { SpotImageProjectOptions } from '../../../src/core/options';
import { synthesize } from '../../support/synth';
import {
  type ActOptions,
  type ActResult,
  type BuildKit,
  folderWith,
  type Registry,
  run,
  runAct,
  temporaryFolder,
  versions,
} from '../index';

/** When the project's only commit was made. */
export const COMMITTED = '2026-01-02T03:04:05Z';

/** The image that the project is for, with a smoke stage at its end; it needs `debianBase`. */
export const DOCKERFILE = `FROM debian:${versions.debian}-slim AS image
RUN echo built > /built

FROM image AS smoke
RUN test -f /built
`;

/** A password that must be in no log. */
export const PASSWORD = 'not-in-any-log';

/** A checkout of a project as a user has it after `npx projen` and `git commit`. */
export interface Checkout {
  readonly folder: string;
  /** Its only commit. */
  readonly commit: string;
  writeDockerfile(text: string): void;
}

/** Makes one: any image, `<registry>/dianplus/tomcat`. Nothing of what is generated is changed. */
export async function checkout(options: Partial<SpotImageProjectOptions>): Promise<Checkout> {
  const files = synthesize((outdir) => new SpotImageProject({ name: 'tomcat', owner: 'dianplus', ...options, outdir }));
  const folder = folderWith({ ...files, 'docker/Dockerfile': DOCKERFILE });
  const git = (...args: string[]) => run('git', args, { cwd: folder, env: { ...process.env, GIT_COMMITTER_DATE: COMMITTED } });
  await git('init', '--quiet', '--initial-branch=master');
  await git('remote', 'add', 'origin', 'https://github.com/dianplus/tomcat.git');
  await git('add', '--all');
  await git('-c', 'user.name=A', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message=first');
  const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
  return { folder, commit, writeDockerfile: (text) => fs.writeFileSync(path.join(folder, 'docker/Dockerfile'), text) };
}

/** What stands in for one action: the outputs it gives, the variables it sets. */
export interface Stub {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What else it does: shell commands. */
  readonly run?: string;
}

/** Stand-ins for actions that need GitHub or AWS, by name; act finds them under the pinned commit. */
function stubs(actions: Readonly<Record<string, Stub>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(actions).map(([action, { outputs = {}, env = {}, run: also }]) => {
      const pin = DEFAULT_ACTION_PINS.find((row) => row.action === action);
      if (!pin) throw new Error(`There is no pin for ${action}.`);
      const set = [
        ...Object.entries(outputs).map(([name, value]) => `echo '${name}=${value}' >> "$GITHUB_OUTPUT"`),
        ...Object.entries(env).map(([name, value]) => `echo '${name}=${value}' >> "$GITHUB_ENV"`),
        ...(also === undefined ? [] : [also]),
      ];
      const folder = temporaryFolder('action');
      const definition = {
        name: 'Stub',
        description: `Stands in for ${action}`,
        outputs: Object.fromEntries(
          Object.keys(outputs).map((name) => [name, { description: name, value: `\${{ steps.set.outputs.${name} }}` }]),
        ),
        runs: { using: 'composite', steps: [{ id: 'set', shell: 'bash', run: set.join('\n') || 'true' }] },
      };
      fs.writeFileSync(path.join(folder, 'action.yml'), JSON.stringify(definition)); // JSON is YAML
      return [`${action}@${pin.commit}`, folder];
    }),
  );
}

/** How to run a workflow. */
export interface Dispatch extends Pick<ActOptions, 'inputs' | 'labels' | 'env'> {
  /** Default: master. */
  readonly ref?: string;
  readonly stubs: Readonly<Record<string, Stub>>;
}

/** Starts a workflow by hand, with this BuildKit as the builder of every job. */
export function dispatch(folder: string, workflow: string, buildkit: BuildKit, options: Dispatch): Promise<ActResult> {
  const { PATH, DOCKER_CONFIG, BUILDX_CONFIG, BUILDX_BUILDER } = buildkit.env;
  return runAct({
    folder,
    workflow: `.github/workflows/${workflow}`,
    payload: { ref: options.ref ?? 'refs/heads/master' },
    inputs: options.inputs,
    labels: options.labels,
    actions: stubs(options.stubs),
    variables: { REGISTRY_USERNAME: 'somebody' },
    secrets: { REGISTRY_PASSWORD: PASSWORD },
    env: { PATH, DOCKER_CONFIG, BUILDX_CONFIG, BUILDX_BUILDER, ...options.env },
  });
}

/** Tags of `dianplus/<name>`, sorted; none if there is no such repository. */
export async function tagsIn(registry: Registry, name: string): Promise<string[]> {
  const answer = await fetch(`${registry.url}/v2/dianplus/${name}/tags/list`);
  if (answer.status === 404) return [];
  return ((await answer.json()) as { tags: string[] }).tags.sort();
}
