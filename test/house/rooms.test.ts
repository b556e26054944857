/** The rule that keeps the rooms apart, tried on imports that break it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const CHECKOUT = resolve(__dirname, '../..');

const REFUSED: readonly (readonly [path: string, from: string])[] = [
  ['src/core/a.ts', 'projen'],
  ['src/core/b.ts', 'projen/lib/javascript'],
  ['src/core/c.ts', 'node:fs'],
  ['src/core/d.ts', 'yaml'],
  ['src/core/e.ts', '../synth/project/drift'],
  ['src/core/f.ts', '../index'],
  ['src/core/catalogue/g.ts', '@aws-sdk/client-ec2'],
  ['src/synth/docs/h.ts', '@aws-sdk/client-ec2'],
  ['src/synth/docs/i.ts', '@smithy/core'],
  ['src/synth/docs/j.ts', '../../runtime/main'],
  ['src/runtime/k.ts', 'projen'],
  ['src/runtime/l.ts', 'projen/lib/util'],
  ['src/runtime/commands/m.ts', '../../synth/project/drift'],
  ['src/runtime/n.ts', '../index'],
];

const ALLOWED: readonly (readonly [path: string, from: string])[] = [
  ['src/core/o.ts', './tags'],
  ['src/core/catalogue/p.ts', '../version'],
  ['src/core/q.ts', 'node:crypto'],
  ['src/synth/docs/r.ts', 'projen'],
  ['src/synth/docs/s.ts', '../../core/tags'],
  ['src/runtime/t.ts', '../core/tags'],
];

const folder = mkdtempSync(join(tmpdir(), 'rooms-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the linter says of all the imports, in a folder of their own with this repository's rules. */
function lint(): string {
  copyFileSync(join(CHECKOUT, '.biome.json'), join(folder, '.biome.json'));
  for (const [path, from] of [...REFUSED, ...ALLOWED]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `import { a } from '${from}';\nexport const b = a;\n`);
  }
  const args = ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none'];
  const run = spawnSync(join(CHECKOUT, 'node_modules/.bin/biome'), args, { cwd: folder, encoding: 'utf8' });
  return run.stdout + run.stderr;
}

const said = lint();

test.each(REFUSED)('in %s nothing is imported from %s', (path) => {
  expect(said).toContain(`${path}:1:`);
});

test.each(ALLOWED)('in %s there may be an import from %s', (path) => {
  expect(said).not.toContain(`${path}:1:`);
});
