import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkDrift, compareProjects } from '../../../src/synth/project/drift';

let checkout: string;
let fresh: string;

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  fresh = mkdtempSync(join(tmpdir(), 'fresh-'));
  write(fresh, { '.projen/files.json': '{"files":["a.yml","b.yml","gone.yml"]}', 'a.yml': 'a', 'b.yml': 'b', 'sample.txt': 'theirs' });
});

afterEach(() => {
  for (const folder of [checkout, fresh]) rmSync(folder, { recursive: true });
});

test('a file that was edited or removed is named, one that is as it should be is not', () => {
  write(checkout, { 'a.yml': 'edited' });
  expect(compareProjects(checkout, fresh)).toEqual([
    { path: 'a.yml', kind: 'edited' },
    { path: 'b.yml', kind: 'missing' },
  ]);
});

test('files that belong to the user are not compared', () => {
  write(checkout, { 'a.yml': 'a', 'b.yml': 'b', 'sample.txt': 'mine' });
  expect(compareProjects(checkout, fresh)).toEqual([]);
});

test('the generated files of this repository are as .projenrc.ts gives them', () => {
  expect(checkDrift(resolve(__dirname, '../../..'))).toBe(0);
});
