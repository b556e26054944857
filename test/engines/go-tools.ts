import * as fs from 'node:fs';
import * as path from 'node:path';
import { installOnce } from './cache';
import { CommandFailed, run } from './exec';
import { versions } from './versions';

/** Commands in one Go module; they share one selection of dependencies. */
interface GoModule {
  /** Name and version of the cache entry. */
  readonly name: string;
  readonly version: string;
  /** Packages with a `main`, as `path@version`. */
  readonly tools: readonly string[];
  /** Modules to hold at a version although no tool asks for it. */
  readonly pins?: readonly string[];
  /** Language version of packages whose module has no go.mod to say it: `package=-lang=go1.N`. */
  readonly languages?: readonly string[];
  /** Go variables to set when linking: `path.Name=value`. */
  readonly variables?: readonly string[];
}

/** buildkitd, buildctl, buildx, docker and registry: they agree on their dependencies. */
const container: GoModule = {
  name: 'container-tools',
  version: [versions.buildkit, versions.buildx, versions.docker.replace('+incompatible', ''), versions.registry].join('-'),
  tools: [
    `github.com/moby/buildkit/cmd/buildkitd@${versions.buildkit}`,
    `github.com/moby/buildkit/cmd/buildctl@${versions.buildkit}`,
    `github.com/docker/buildx/cmd/buildx@${versions.buildx}`,
    `github.com/docker/cli/cmd/docker@${versions.docker}`,
    `github.com/distribution/distribution/v3/cmd/registry@${versions.registry}`,
  ],
  // has no tagged version, and docker's module file does not name one
  pins: ['github.com/tonistiigi/go-rosetta@v0.0.0-20220804170347-3f4430f2d346'],
  languages: ['github.com/docker/cli/cmd/docker=-lang=go1.24'],
  // a build from source does not know its own version; buildx's callers compare it
  variables: [
    `github.com/moby/buildkit/version.Version=${versions.buildkit}`,
    `github.com/docker/buildx/version.Version=${versions.buildx}`,
    `github.com/docker/cli/cli/version.Version=${versions.docker.replace(/^v|\+.*$/g, '')}`,
  ],
};

/** act in a module of its own: it does not compile with the dependencies of the others. */
const act: GoModule = { name: 'act', version: versions.act, tools: [`github.com/nektos/act@${versions.act}`] };

const crane: GoModule = {
  name: 'crane',
  version: versions.crane,
  tools: [`github.com/google/go-containerregistry/cmd/crane@${versions.crane}`],
};

const actionlint: GoModule = {
  name: 'actionlint',
  version: versions.actionlint,
  tools: [`github.com/rhysd/actionlint/cmd/actionlint@${versions.actionlint}`],
};

const metadataMock: GoModule = {
  name: 'ec2-metadata-mock',
  version: versions.metadataMock,
  tools: [`github.com/aws/amazon-ec2-metadata-mock/cmd/ec2-metadata-mock@${versions.metadataMock}`],
};

const cni: GoModule = {
  name: 'cni-plugins',
  version: versions.cni,
  tools: ['main/bridge', 'main/loopback', 'ipam/host-local'].map(
    (plugin) => `github.com/containernetworking/plugins/plugins/${plugin}@${versions.cni}`,
  ),
};

/** Installs the metadata mock; returns the path of the command. */
export const installMetadataMock = async (): Promise<string> => path.join(await install(metadataMock), 'ec2-metadata-mock');

/** Installs the CNI plugins; returns their folder. */
export const installCni = (): Promise<string> => install(cni);

/** Installs buildkitd, buildctl, buildx, docker and registry; returns the folder of the commands. */
export const installContainerTools = (): Promise<string> => install(container);

/** Installs act; returns the path of the command. */
export const installAct = async (): Promise<string> => path.join(await install(act), 'act');

/** Installs crane; returns the path of the command. */
export const installCrane = async (): Promise<string> => path.join(await install(crane), 'crane');

/** Installs actionlint; returns the path of the command. */
export const installActionlint = async (): Promise<string> => path.join(await install(actionlint), 'actionlint');

async function install(module: GoModule): Promise<string> {
  const folder = await installOnce(module.name, module.version, async (temporary) => {
    const source = path.join(temporary, 'source');
    fs.mkdirSync(source);
    // static, so that the commands also run inside a root file system
    const options = { cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' } };
    const flags = ['-s', '-w', ...(module.variables ?? []).map((variable) => `-X ${variable}`)].join(' ');
    try {
      // `go install tool@version` refuses modules whose go.mod has excludes (buildkit's has)
      await run('go', ['mod', 'init', 'spot-image-engine'], options);
      await run('go', ['get', '-tool', ...module.tools, ...(module.pins ?? [])], options);
      await run(
        'go',
        [
          'build',
          '-trimpath',
          '-ldflags',
          flags,
          ...(module.languages ?? []).map((language) => `-gcflags=${language}`),
          '-o',
          path.join(temporary, 'bin') + path.sep,
          'tool',
        ],
        options,
      );
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new Error(`Cannot build ${module.name} ${module.version}. It needs Go 1.26 or newer and a Go module proxy.\n${error.message}`);
    }
    fs.rmSync(source, { recursive: true });
  });
  return path.join(folder, 'bin');
}
