import { describe, expect, it } from 'vitest';
import { anchor, blocks, table, text } from '../../../src/synth/docs/markdown';

describe('an anchor', () => {
  it('is the heading in lower case, with dashes for spaces and without punctuation', () => {
    expect(anchor('标签策略说明')).toBe('标签策略说明');
    expect(anchor('阶段 1: 架构特定镜像构建')).toBe('阶段-1-架构特定镜像构建');
    expect(anchor("What's `in` the (new) image?")).toBe('whats-in-the-new-image');
    expect(anchor('a_b - c')).toBe('a_b---c');
  });
});

describe('a table', () => {
  it('keeps a bar inside of its cell', () => {
    expect(table(['a', 'b'], [['x|y', '`p|q`']])).toBe('| a | b |\n| --- | --- |\n| x\\|y | `p\\|q` |');
  });

  it('refuses rows of another width, and cells of several lines', () => {
    expect(() => table(['a', 'b'], [['1']])).toThrow(/"a, b" has 1 cells: 1/);
    expect(() => table(['a'], [['1\n2']])).toThrow(/line break/);
  });
});

describe('prose from a config', () => {
  it('is taken literally', () => {
    expect(text('a *b* _c_ [d](e) #1 ~~f~~ &lt;')).toBe('a \\*b\\* \\_c\\_ \\[d\\](e) \\#1 \\~\\~f\\~\\~ \\&lt;');
    expect(text('- no list')).toBe('\\- no list');
    expect(text('1. no list')).toBe('1\\. no list');
    expect(text('plain words, 1.5 of them')).toBe('plain words, 1.5 of them');
  });
});

describe('blocks', () => {
  it('have one empty line between them, and none for what is absent', () => {
    expect(blocks('a', undefined, '', 'b')).toBe('a\n\nb');
  });
});
