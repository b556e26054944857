import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageConfig, isOpenResty } from '../../core/config';
import type { SpotImageProjectOptions } from '../../core/options';
import { resolveImageConfig } from '../../core/resolve';
import { AwsPolicies } from '../docs/aws-policies';
import { Documents } from '../docs/documents';
import { BakeFile } from '../image/components';
import { SampleDockerfile } from '../image/sample-dockerfile';
import { Pipeline } from '../pipeline/pipeline';
import { javascript, type Task, typescript } from '../projen';
import { ControllerScript } from '../script/controller-script';
import { OUTDIR_VARIABLE } from './drift';
import { summarise } from './summary';

/** What `.projenrc.ts` is type-checked and run with. TypeScript 7 cannot be run by ts-node. */
const TOOLS = ['projen@^0.103.25', 'constructs@^10.8.1', 'ts-node@^10.9.2', '@types/node@^20'];
const TYPESCRIPT_VERSION = '~5.9.3';
const TSCONFIG = '.projen/tsconfig.json';

/** projen's own way to find the local binaries starts npx for each task, half a second each time. */
const LOCAL_BINARIES_FIRST = '$(echo $PWD/node_modules/.bin:$PATH)';

/**
 * An image with its own `docker/Dockerfile`, built natively per architecture on
 * Spot instances and merged under one tag.
 *
 * Writes the bake file, the workflows, the run-time script and the documents.
 *
 * @pjid spot-image
 */
export class SpotImageProject extends typescript.TypeScriptProject {
  /**
   * Resolves the options, all at once, so that a user sees every fault at once.
   * @internal
   */
  public static _resolve(options: SpotImageProjectOptions): ImageConfig {
    return resolveImageConfig(options);
  }

  /**
   * What the options resolved to.
   * @internal
   */
  public readonly _config: ImageConfig;

  /**
   * Compares the generated files with what `.projenrc.ts` gives, and names those
   * that were edited by hand. Part of the test task.
   */
  public readonly driftTask: Task;

  private readonly before = new Map<string, string | undefined>();

  constructor(options: SpotImageProjectOptions) {
    // Before anything else: a bad config must not leave a half-written project.
    const config = new.target._resolve(options);
    super({
      ...options,
      outdir: process.env[OUTDIR_VARIABLE] ?? options.outdir,
      defaultReleaseBranch: Object.keys(config.pipeline.branchTags)[0] ?? 'main',
      license: undefined,
      description: config.image.description,
      devDeps: [...TOOLS, ...(options.devDeps ?? [])],
      minNodeVersion: '20.0.0',
      packageManager: javascript.NodePackageManager.NPM,
      typescriptVersion: TYPESCRIPT_VERSION,
      projenrcTs: true,
      projenrcTsOptions: {
        projenCodeDir: '.projen',
        // Types are checked by the test task: here they would double the time of `npx projen`.
        runner: typescript.TypeScriptRunner.tsNode({ typeCheck: false, tsconfig: TSCONFIG }),
      },
      tsconfig: {
        include: ['.projenrc.ts', '.projen/*.ts'],
        compilerOptions: { target: 'ES2022', lib: ['es2022'], rootDir: '.', noEmit: true, skipLibCheck: true },
      },
      disableTsconfigDev: true,
      // What a TypeScript library would have and an image has no use for.
      buildWorkflow: false,
      depsUpgrade: false,
      eslint: false,
      jest: false,
      licensed: false,
      npmignoreEnabled: false,
      package: false,
      pullRequestTemplate: false,
      release: false,
      readme: undefined,
      sampleCode: false,
      githubOptions: { mergify: false, pullRequestLint: false },
      // A button that forks an empty project helps nobody.
      clobber: false,
    });
    this._config = config;
    this.package.addField('private', true);
    this.tasks.addEnvironment('PATH', LOCAL_BINARIES_FIRST);
    this.driftTask = this.addTask('check-drift', {
      description: 'Name the generated files that were edited by hand',
      exec: 'spot-image-drift',
    });
    this.testTask.exec('tsc --project tsconfig.json');
    this.testTask.spawn(this.driftTask);

    if (!isOpenResty(config)) new SampleDockerfile(this, config);
    new BakeFile(this, config);
    new Pipeline(this, config);
    new ControllerScript(this, config);
    new AwsPolicies(this, config);
    new Documents(this, config);
  }

  /** Notes what the files are before the synth, to tell afterwards which it changed. */
  public preSynthesize(): void {
    super.preSynthesize();
    for (const path of this.managedFiles()) this.before.set(path, this.read(path));
  }

  /** Ends a synth with a few lines that say what the config means and what changed. */
  public postSynthesize(): void {
    super.postSynthesize();
    // projen's own `changed` also says yes where only the read-only bit differs, as it does after each clone.
    const changed = this.managedFiles().filter((path) => this.read(path) !== this.before.get(path));
    process.stdout.write(`${summarise(this._config, changed, Date.now()).join('\n')}\n`);
  }

  private managedFiles(): string[] {
    return this.files.map((file) => file.path);
  }

  private read(path: string): string | undefined {
    const file = join(this.outdir, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }
}
