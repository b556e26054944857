/**
 * What this repository has besides an image's: it is also the home of the
 * project type, which is compiled by jsii, tested, and published to npm.
 */
import * as cdk from 'projen/lib/cdk';
import { License } from 'projen/lib/license';
import type { SpotImageProject } from '../src';
import { Documents } from '../src/synth/docs/documents';
import { Component, JsonFile, javascript } from '../src/synth/projen';

/** Bundled into the run-time script, so nobody who uses the package installs them. */
const BUNDLED_INTO_SCRIPT = [
  '@aws-sdk/client-ec2@^3.1169.0',
  '@aws-sdk/client-scheduler@^3.1169.0',
  '@aws-sdk/client-service-quotas@^3.1138.0',
  '@aws-sdk/client-ssm@^3.1169.0',
  '@aws-sdk/client-sts@^3.1169.0',
  '@octokit/core@^7.0.6',
  '@octokit/plugin-paginate-rest@^14.0.0',
  '@octokit/plugin-retry@^8.0.3',
  '@octokit/plugin-throttling@^11.0.3',
];
const BUILD_AND_TEST = ['esbuild@^0.28.2', '@biomejs/biome@2.5.15', 'vitest@^4.1.12', 'fast-check@^4.10.2'];

const RUNTIME = [
  'src/runtime',
  'test/runtime',
  'test/engines/stories/runner*',
  'test/engines/stories/merge*',
  'test/models',
  'test/simulation',
];

/** Runs a TypeScript file of this repository. */
const RUN = 'node .projen/run.cjs';

const PACKAGE_NAME = '@dianplus/spot-image';
const JSII_VERSION = '~5.9.0';
const PACKAGERS = ['jsii-diff@^1.134.0', 'jsii-pacmak@^1.140.0'];

/** The rooms of the house and the two arrows between them, as a lint rule. */
const ROOMS = [
  {
    includes: ['src/core/**'],
    // Whatever does not begin with a dot is a package or Node's; hashing is a pure function.
    forbidden: ['**', '!./**', '!../**', '!node:crypto', '**/synth/**', '**/runtime/**', '**/index'],
    message: 'core is pure and imports nothing but itself',
  },
  {
    includes: ['src/synth/**'],
    forbidden: ['@aws-sdk/*', '@smithy/*', '@octokit/*', '**/runtime/**'],
    message: 'synth never imports the run-time wing or a cloud SDK',
  },
  {
    includes: ['src/runtime/**'],
    forbidden: ['projen', 'projen/**', 'constructs', 'constructs/**', '**/synth/**', '**/index'],
    message: 'the run-time wing never imports projen or the synth wing',
  },
];

/** Formatter, linter, and the rule that keeps the rooms apart. */
class Biome extends Component {
  constructor(project: SpotImageProject) {
    super(project, 'biome');
    new JsonFile(project, '.biome.json', {
      marker: false,
      obj: {
        files: { includes: ['src/**', 'test/**', '.projenrc.ts', '.projen/*.ts'] },
        formatter: { indentStyle: 'space', lineWidth: 140 },
        javascript: { formatter: { quoteStyle: 'single' } },
        linter: { rules: { recommended: true, suspicious: { noTemplateCurlyInString: 'off' } } },
        overrides: ROOMS.map(({ includes, forbidden, message }) => ({
          includes,
          linter: {
            rules: {
              style: { noRestrictedImports: { level: 'error', options: { patterns: [{ group: forbidden, message }] } } },
            },
          },
        })),
      },
    });
    project.addTask('lint', {
      description: 'Check format and style; "npx projen lint --write" mends',
      exec: 'biome check',
      receiveArgs: true,
    });
  }
}

/** Makes an image's project the home of the project type as well. */
export class HomeOfTheType extends Component {
  constructor(project: SpotImageProject) {
    super(project, 'home-of-the-type');
    project.package.addField('name', PACKAGE_NAME);
    project.addBundledDeps('yaml@^2.9.1');
    project.addPeerDeps('projen@^0.103.25', 'constructs@^10.8.1');
    project.addDevDeps(...BUNDLED_INTO_SCRIPT, ...BUILD_AND_TEST);
    new License(project, { spdx: 'Apache-2.0', copyrightOwner: 'DianPlus' });
    project.addFields({
      // Its install script only shortens the command's start; the program itself comes in a package.
      allowScripts: { esbuild: false },
      license: 'Apache-2.0',
      author: { name: 'DianPlus', url: 'https://github.com/dianplus', organization: true },
      repository: { type: 'git', url: `${project._config.image.source}.git` },
      // It is published, and with this only: the compiled library, its jsii assembly, the bundled script.
      private: undefined,
      files: ['lib/**/*.js', 'lib/**/*.d.ts', '.jsii', '.github/scripts/spot-image.mjs'],
    });
    // A fork has one file to transpile and leaves it to ts-node; here there are some hundred.
    project.defaultTask?.reset(`${RUN} .projenrc.ts`);
    Documents.of(project)?.describeHome();
    new Biome(project);
    this.addPackage(project);
    this.addTests(project);
  }

  /** `npx projen compile` and `npx projen package` make the tarball that `projen new --from` takes. */
  private addPackage(project: SpotImageProject): void {
    const tsconfig = new javascript.TypescriptConfig(project, {
      fileName: '.tsconfig.jsii.json',
      include: ['src/**/*.ts'],
      exclude: ['src/runtime'],
      compilerOptions: {
        ...project.tsconfig?.compilerOptions,
        rootDir: 'src',
        outDir: 'lib',
        noEmit: false,
        // What jsii's strict rule set asks for.
        noEmitOnError: true,
        stripInternal: false,
      },
    });
    project.package.addBin({ 'spot-image-drift': 'lib/synth/project/check-drift.js' });
    project.with(new cdk.JsiiBuild({ jsiiVersion: JSII_VERSION, docgen: false, releaseToNpm: false, tsconfig }));
    // The mixin asks for any version of these, and "*" costs a second install.
    project.addDevDeps(...PACKAGERS);
  }

  private addTests(project: SpotImageProject): void {
    // The run-time wing's SDKs are ES modules only, so it has a configuration of its own.
    project.tsconfig?.addInclude('src/**/*.ts');
    project.tsconfig?.addInclude('test/**/*.ts');
    for (const wing of RUNTIME) project.tsconfig?.addExclude(wing);
    project.testTask.exec('tsc --noEmit --project src/runtime/tsconfig.json');
    project.driftTask.reset(`${RUN} src/synth/project/check-drift.ts`);
    project.testTask.exec('biome check');
    project.testTask.exec('vitest run --config test/vitest.config.mts');
    project.addTask('test-engines', {
      description: 'Test against real engines: BuildKit, a registry, an EC2 emulator, a workflow runner, the linters',
      steps: [
        { exec: `${RUN} test/engines/install.ts` },
        { exec: 'vitest run --config test/engines/vitest.config.mts', receiveArgs: true },
      ],
    });
    project.addTask('simulate:runner', {
      description: 'Launch, stop and reap in a world that goes wrong: --seeds N scenarios, from --seed S on',
      // the run-time wing is a bundle here too
      exec: 'esbuild test/simulation/main.ts --bundle --platform=node --log-level=error | node -',
      receiveArgs: true,
    });
    project.addTask('simulate:tags', {
      description: 'Build, merge and push by force in one history after another: --seeds N of them, from --seed S on',
      exec: `${RUN} test/simulation-tags/main.ts`,
      receiveArgs: true,
    });
    project.addTask('bench', {
      description: 'Print the ratios that the speed of synth and image is judged by',
      exec: `${RUN} test/bench/index.ts`,
      receiveArgs: true,
    });
  }
}
