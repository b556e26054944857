/**
 * Runs a TypeScript file of this repository: `node .projen/run.cjs FILE [ARG …]`.
 *
 * esbuild transpiles all sources in one call of some 50 ms; ts-node, one file at
 * a time, takes several times as long as the whole synth. Types are checked by
 * the test task.
 */
const { readdirSync, realpathSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { buildSync } = require('esbuild');

const root = resolve(__dirname, '..');

/** TypeScript files below a folder; the run-time wing is bundled, never required. */
function sources(folder) {
  const skip = join('src', 'runtime');
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => /(?<!\.d)\.ts$/.test(path) && !path.startsWith(skip));
}

const { outputFiles } = buildSync({
  absWorkingDir: root,
  entryPoints: ['.projenrc.ts', ...['.projen', 'src', 'test'].flatMap(sources)],
  outbase: root,
  outdir: root,
  bundle: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  write: false,
});
// By real path, as Node asks for them.
const compiled = new Map(outputFiles.map(({ path, text }) => [realpathSync(path.replace(/\.js$/, '.ts')), text]));

process.setSourceMapsEnabled(true);
require.extensions['.ts'] = (module, file) => module._compile(compiled.get(file), file);

// The file finds its arguments where it expects them.
const [file] = process.argv.splice(2, 1);
process.argv[1] = resolve(root, file);
require(realpathSync(resolve(root, file)));
