/**
 * Bundles the run-time wing into one file that plain `node` runs.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { renderNotices } from './notices';

const SHEBANG = '#!/usr/bin/env node\n';

/** The SDK asks for Node 22 from 2027 on and says so at every start. */
const SILENCE = "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';\n";

/** Some packages inside are CommonJS and ask for Node's own modules. */
const REQUIRE = "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);\n";

const VENDOR = 'src/runtime/edges/vendor.ts';
const ENTRY = 'src/runtime/cli.ts';
const CACHE = 'node_modules/.cache/spot-image';

/** Does this folder hold the run-time wing's source? A published package holds the bundle only. */
export function hasRuntimeSource(root: string): boolean {
  return existsSync(join(root, ENTRY));
}

function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
  return found.sort();
}

/** Names everything that the bundle is made of: sources, installed packages, and this recipe. */
function inputsKey(root: string): string {
  const files = [
    ...filesBelow(join(root, 'src/runtime')),
    ...filesBelow(join(root, 'src/core')),
    ...filesBelow(join(root, 'src/synth/script')),
    join(root, 'node_modules/.package-lock.json'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 32);
}

/** Several processes may write the same file at once; none may see a half of it. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/**
 * Bundles the run-time wing. The same sources and packages give the same text on
 * every machine.
 *
 * In two steps: other people's code is reduced to what is used and minified; then
 * our own is added as it is written, so that a review of the generated file can read
 * it. In one step, modules that are loaded only when needed would not be reduced.
 *
 * @param root folder of the package, with `src` and `node_modules`
 * @throws Error from esbuild, if the source does not compile
 */
export function bundleRuntime(root: string): string {
  // heavy, and needed only here
  const esbuild = require('esbuild') as typeof import('esbuild');
  const common = {
    absWorkingDir: root,
    bundle: true,
    charset: 'utf8',
    format: 'esm',
    legalComments: 'none',
    // the ES modules of a package can be reduced, its CommonJS cannot
    mainFields: ['module', 'main'],
    metafile: true,
    platform: 'node',
    // packages keep the names they have below the root, even where they are links
    preserveSymlinks: true,
    target: 'node20',
    tsconfigRaw: {},
    write: false,
  } as const satisfies BuildOptions;

  const vendor = esbuild.buildSync({ ...common, entryPoints: [VENDOR], minify: true });
  const vendorFile = join(root, CACHE, 'vendor.mjs');
  mkdirSync(join(root, CACHE), { recursive: true });
  writeWhole(vendorFile, vendor.outputFiles[0].text);

  const packages = [...readFileSync(join(root, VENDOR), 'utf8').matchAll(/ from '([^']+)'/g)].map(([, name]) => name);
  const own = esbuild.buildSync({
    ...common,
    entryPoints: [ENTRY],
    alias: Object.fromEntries(packages.map((name) => [name, vendorFile])),
    banner: { js: SILENCE + REQUIRE },
  });
  return SHEBANG + own.outputFiles[0].text + renderNotices(root, Object.keys(vendor.metafile.inputs));
}

/** `bundleRuntime`, or its last result if nothing that it is made of has changed since. */
export function bundleRuntimeCached(root: string): string {
  const file = join(root, CACHE, 'bundle');
  const key = `${inputsKey(root)}\n`;
  const cached = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (cached.startsWith(key)) return cached.slice(key.length);
  const text = bundleRuntime(root);
  writeWhole(file, key + text);
  return text;
}
