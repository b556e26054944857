import { describe, expect, it } from 'vitest';
import { CNY_PER_USD, TARGET_CNY } from '../../../src/core/prices';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { openRestyConfig } from '../../support/config';
import { CONFIGS } from './configs';
import { read } from './markdown-reader';

function costRows(options: Parameters<typeof openRestyConfig>[0] | undefined): readonly (readonly string[])[] {
  const config = options ? openRestyConfig(options) : CONFIGS['every kind, in China'];
  const table = read(renderDocuments(config)['README.md']).tables.find(([head]) => head[1] === 'Machine');
  return table?.slice(1) ?? [];
}

describe('the table of costs', () => {
  it('counts ten minutes of each machine whose price is known, the cheapest first', () => {
    const arm = costRows({ architectures: [{ name: 'arm64', spot: { families: ['c8g', 'c7g'] } }] });
    expect(arm).toEqual([
      ['ARM64', '`c7g.large`', '$0.0725 / hour', '$0.0121 / ¥0.081', '$0.0135 / ¥0.090', '$0.0500 / ¥0.335'],
      ['ARM64', '`c8g.large`', '$0.0798 / hour', '$0.0133 / ¥0.089', '$0.0147 / ¥0.098', '$0.0500 / ¥0.335'],
    ]);
  });

  it('says "unknown" of machines whose price nobody read, in one row', () => {
    const rows = costRows({ architectures: [{ name: 'amd64', spot: { families: ['c8i', 'c6a', 'c8a'] } }] });
    expect(rows.map(([, machine]) => machine)).toEqual(['`c6a.large`', '`c8i.large`, `c8a.large`']);
    expect(rows[1].slice(2, 5)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  it('knows no total in China, where disk and address have no price here, and keeps the currency', () => {
    const [china] = costRows(undefined);
    expect(china.slice(2, 5)).toEqual(['¥0.739 / hour', '$0.0184 / ¥0.123', 'unknown']);
  });

  it('guesses nothing of emulation, nor of a runner of somebody else', () => {
    const rows = costRows(undefined);
    expect(rows.find(([label]) => label === 'S390X')).toEqual(['S390X', "AMD64's, emulating", 'unknown', 'unknown', 'unknown', 'unknown']);
    expect(rows.find(([label]) => label === 'ARM64')).toEqual(['ARM64', '`my-arm`', 'unknown', 'unknown', 'unknown', 'unknown']);
  });
});

describe('the figures below it', () => {
  it('have date and source, and the exchange rate', () => {
    const text = renderDocuments(CONFIGS.DianPlus)['README.md'];
    expect(text).toContain(`$1 = ¥${CNY_PER_USD.value} (${CNY_PER_USD.date}, `);
    expect(text).toMatch(/Public IPv4 address: \$0\.005 \/ hour \(2024-02-01, /);
    expect(text).toMatch(/Disk, gp3, 30 GiB: \$0\.08 \/ GiB and month \(2026-09, /);
  });

  it('call the target a target', () => {
    const text = renderDocuments(CONFIGS.DianPlus)['README.md'];
    expect(text).toContain(`The target is ¥${TARGET_CNY.low}-${TARGET_CNY.high} per architecture and build`);
    expect(text).toContain('It is a target, not a measurement.');
  });
});
