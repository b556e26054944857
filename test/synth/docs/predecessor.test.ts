/**
 * `predecessor.zh.md` is the README of the hand-written pipeline that this
 * project replaces. Readers and links know its headings and sentences.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { openRestyConfig } from '../../support/config';
import { DIANPLUS } from './configs';
import { read } from './markdown-reader';

const predecessor = readFileSync(join(__dirname, 'predecessor.zh.md'), 'utf8');
const ours = renderDocuments(openRestyConfig(DIANPLUS));
const readme = ours['README.zh.md'];

describe('the Chinese README', () => {
  it('keeps the headings of its predecessor, their depth and their order', () => {
    const headings = read(readme).headings.map(({ level, text }) => `${'#'.repeat(level)} ${text}`);
    const kept = read(predecessor).headings.map(({ level, text }) => `${'#'.repeat(level)} ${text}`);
    expect(headings.filter((heading) => kept.includes(heading))).toEqual(kept);
  });

  it('keeps every line of its predecessor, in its order', () => {
    const lines = predecessor
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    let from = 0;
    for (const line of lines) {
      const at = readme.indexOf(line, from);
      expect(at, `"${line}" is missing, or not in its place`).toBeGreaterThanOrEqual(0);
      from = at + line.length;
    }
  });

  it('is linked to by the anchor that others use', () => {
    expect(readme).toContain('(requirements/02-workflows.md#标签策略说明)');
    expect(ours['requirements/02-workflows.md']).toContain('\n## 标签策略说明\n');
  });
});

describe('sentences that depend on the config', () => {
  const chinese = (options: Parameters<typeof openRestyConfig>[0]) => renderDocuments(openRestyConfig(options))['README.zh.md'];
  const english = (options: Parameters<typeof openRestyConfig>[0]) => renderDocuments(openRestyConfig(options))['README.md'];

  it('say when triggers are on', () => {
    const on = chinese({ pipeline: { triggers: true } });
    expect(on).toContain('推送到 `develop`/`master` 分支时自动触发（当前已启用）');
    expect(on).toContain('创建 `v*` 版本标签时自动触发（当前已启用）');
    expect(on).not.toContain('仅支持手动触发');
    expect(english({ pipeline: { triggers: true } })).not.toContain('by hand only');
  });

  it('name the branches of the config', () => {
    expect(chinese({ pipeline: { branchTags: { main: 'latest', next: 'edge' } } })).toContain('推送到 `main`/`next` 分支时自动触发');
  });

  it('speak of Spot and its price only where there is Spot', () => {
    const hosted = { architectures: [{ name: 'amd64', hosted: {} }] };
    for (const text of [chinese(hosted), english(hosted)]) {
      expect(text.replace(/^- `spot: \{\}`.*$/m, '')).not.toMatch(/Spot (instance|实例)|EC2|¥0\.05/);
    }
    expect(chinese(hosted)).toContain('在 GitHub 托管的 `ubuntu-24.04` 运行器上构建 AMD64 架构镜像');
  });

  it('tell emulation from native builds', () => {
    const mixed = { architectures: [{ name: 'amd64' }, { name: 's390x', emulated: { on: 'amd64' } }] };
    expect(chinese(mixed)).toContain('**Build S390X** (`build-s390x.yml`): 在 AMD64 Spot 实例上用 QEMU 模拟构建 S390X 架构镜像');
    expect(chinese(mixed)).toContain('**原生构建**: AMD64 在原生架构实例上构建，无 QEMU 模拟开销；S390X 由 QEMU 模拟');
    expect(english(mixed)).toContain('S390X is emulated');
    expect(english(DIANPLUS)).not.toContain('emulated,');
  });

  it('count the workflows', () => {
    expect(chinese({ architectures: [{ name: 'amd64' }] })).toContain('项目提供两个主要工作流');
    expect(chinese({ architectures: [{ name: 'amd64' }, { name: 'arm64' }, { name: 's390x', emulated: { on: 'arm64' } }] })).toContain(
      '项目提供四个主要工作流',
    );
  });

  it('name the registry', () => {
    expect(chinese({ registry: 'registry.cn-hangzhou.aliyuncs.com' })).toContain('镜像推送到 `registry.cn-hangzhou.aliyuncs.com`');
  });
});
