import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bakeText, dockerfileValue, luaText, nginxWord, shellWord } from '../../../src/synth/image/quote';

describe('shellWord', () => {
  it('leaves plain words as they are', () => {
    expect(shellWord('--prefix=/usr/local/openresty')).toBe('--prefix=/usr/local/openresty');
  });

  it('gives the shell back every text, as one word', () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 20 }), 200).filter((text) => !text.includes('\0'));
    const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(texts);
  });
});

describe('dockerfileValue', () => {
  it('takes away the meaning of quotes, backslashes and variables', () => {
    expect(dockerfileValue('a "b" \\ $HOME')).toBe('"a \\"b\\" \\\\ \\$HOME"');
  });
});

describe('bakeText', () => {
  it('doubles what would begin an expression, and nothing else', () => {
    expect(bakeText('${A} %{if} $5 100% {x}')).toBe('$${A} %%{if} $5 100% {x}');
  });
});

describe('nginxWord and luaText', () => {
  it('quote what is not plain', () => {
    expect([nginxWord('/a/b.so'), nginxWord('/a b;"')]).toEqual(['/a/b.so', '"/a b;\\""']);
    expect(luaText("it's\n\\")).toBe("'it\\'s\\n\\\\'");
  });
});
