/**
 * Speed of `npx projen`, against a stock TypeScriptProject's, in one run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inTurn, type Row, row } from './measure';

const CHECKOUT = resolve(__dirname, '../..');
const RUNS = 5;

function projen(folder: string): void {
  const run = spawnSync('npx', ['projen'], { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_ENV: undefined } });
  if (run.status !== 0) throw new Error(`npx projen failed in ${folder}:\n${run.stdout}${run.stderr}`);
}

/** What `projen new typescript` gives, with the packages of this checkout. */
function stockProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stock-'));
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
  const versions = ['projen@^0.103.25', 'constructs@^10.8.1', 'ts-node@^10.9.2', '@types/node@^20'];
  writeFileSync(
    join(folder, '.projenrc.ts'),
    `import { javascript, typescript } from 'projen';
const project = new typescript.TypeScriptProject({
  name: 'stock', defaultReleaseBranch: 'main', projenrcTs: true, typescriptVersion: '~5.9.3',
  packageManager: javascript.NodePackageManager.NPM, devDeps: ${JSON.stringify(versions)}, jest: false, eslint: false,
});
project.synth();
`,
  );
  // Only for the first run, which writes the project's own.
  writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions":{"module":"commonjs","esModuleInterop":true}}');
  const first = spawnSync(join(CHECKOUT, 'node_modules/.bin/ts-node'), ['--transpileOnly', '.projenrc.ts'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PROJEN_DISABLE_POST: 'true', NODE_ENV: undefined },
  });
  if (first.status !== 0) throw new Error(first.stdout + first.stderr);
  return folder;
}

/** A copy of the checkout, since a synth writes. */
function copyOfCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'own-'));
  cpSync(CHECKOUT, folder, { recursive: true, filter: (path) => !/\/(node_modules|\.git|lib|dist)$/.test(path) });
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Warm `npx projen` of this repository against a stock project's. */
export function benchSynth(): Row[] {
  const stock = stockProject();
  const own = copyOfCheckout();
  try {
    const [ours, theirs] = inTurn(RUNS, [() => projen(own), () => projen(stock)]);
    return [row('warm npx projen / stock TypeScriptProject', ours, theirs, 0.45)];
  } finally {
    for (const folder of [stock, own]) rmSync(folder, { recursive: true, force: true });
  }
}
