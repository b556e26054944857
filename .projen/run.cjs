/**
 * Runs a TypeScript file of this repository: `node .projen/run.cjs FILE [ARG …]`.
 *
 * esbuild transpiles all sources in one call of some 50 ms; ts-node, one file at
 * a time, takes several times as long as the whole synth. Types are checked by
 * the test task.
 */
const { readdirSync, realpathSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join, resolve } = require('node:path');
const { buildSync } = require('esbuild');

const root = resolve(__dirname, '..');
/** An ES module, as which it is bundled. */
const SCRIPT_ENTRY = join('src', 'runtime', 'cli.ts');

// The file finds its arguments where it expects them.
const [file] = process.argv.splice(2, 1);
process.argv[1] = resolve(root, file);

/** TypeScript files below a folder. */
function sources(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => /(?<!\.d)\.ts$/.test(path) && path !== SCRIPT_ENTRY);
}

// The run-time wing is bundled, never required, but for what tests look at.
const folders = ['src/core', 'src/synth', ...(file.startsWith('test/') ? ['test', 'src/runtime'] : [])];

const { outputFiles } = buildSync({
  absWorkingDir: root,
  entryPoints: ['.projenrc.ts', '.projen/home.ts', 'src/index.ts', ...folders.flatMap(sources)],
  outbase: root,
  outdir: root,
  bundle: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  write: false,
});
// By real path, as Node asks for them.
const compiled = new Map(outputFiles.map(({ path, text }) => [realpathSync(path.replace(/\.js$/, '.ts')), text]));

// Node would look for .js, .json and .node beside each of some thousand imports first.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const own = request.startsWith('.') && parent?.filename && `${resolve(dirname(parent.filename), request)}.ts`;
  return compiled.has(own) ? own : resolveFilename(request, parent, ...rest);
};
require.extensions['.ts'] = (module, file) => module._compile(compiled.get(file), file);

require(realpathSync(resolve(root, file)));
