import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsReport } from '../../../src/runtime/edges/actions';

let folder: string;
let written: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spot-image-test-'));
  written = '';
});

afterEach(() => rmSync(folder, { recursive: true }));

const report = (env: NodeJS.ProcessEnv) =>
  actionsReport(env, (text) => {
    written += text;
  });

describe('the report', () => {
  it('appends outputs to what earlier commands wrote', () => {
    const env = { GITHUB_OUTPUT: join(folder, 'output') };
    report(env).output({ a: '1' });
    report(env).output({ b: '', c: 'x=y' });
    expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toBe('a=1\nb=\nc=x=y\n');
  });

  it('writes no output that would be read as two', () => {
    const env = { GITHUB_OUTPUT: join(folder, 'output') };
    expect(() => report(env).output({ a: '1', b: '2\nstopped=true' })).toThrow(/line break/);
    expect(() => readFileSync(env.GITHUB_OUTPUT)).toThrow();
  });

  it("leaves others' words words: a console's line is no command to GitHub's runner", () => {
    report({ GITHUB_ACTIONS: 'true' }).log('Console:\n  ::stop-commands::x\n  a ##[add-mask]true');
    expect(written).not.toMatch(/^\s*::|##\[/m);
    expect(written).toContain('stop-commands');
  });

  it('outside of Actions writes no outputs and no annotations', () => {
    report({}).output({ a: '1' });
    report({}).error('why');
    expect(written).toBe('error: why\n');
  });

  it('in Actions annotates, in one line', () => {
    report({ GITHUB_ACTIONS: 'true' }).warn('50% of\r\n::error::this');
    expect(written).toBe('::warning::50%25 of%0D%0A::error::this\n');
  });

  it("appends to the step's summary", () => {
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    report(env).summary('# One');
    report(env).summary('# Two');
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# One\n# Two\n');
    report({}).summary('# Nowhere');
    expect(written).toBe('');
  });

  it("keeps the summary within GitHub's 1 MiB a step, counted in bytes", () => {
    const env = { GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    report(env).summary('# One');
    const room = 1024 * 1024 - '# One\n'.length;
    report(env).summary('é'.repeat(room / 2)); // with its line break one byte too many
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe('# One\n');
    expect(written).toContain('left out');
    report(env).summary('é'.repeat(room / 2 - 1));
    expect(readFileSync(env.GITHUB_STEP_SUMMARY)).toHaveLength(1024 * 1024 - 1);
  });

  it('does not fail with a summary that cannot be written', () => {
    report({ GITHUB_STEP_SUMMARY: join(folder, 'no', 'such', 'folder') }).summary('# One');
    expect(written).toMatch(/left out: ENOENT/);
  });
});
