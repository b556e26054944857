import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageConfig } from '../../../src/core/config';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { workflows } from '../../../src/synth/pipeline/workflows';
import { arbitraryConfig, CONFIGS } from './configs';
import { checkFlowchart, read } from './markdown-reader';

/** Files besides the documents that they may link to. */
function otherFiles(config: ImageConfig): string[] {
  return ['.projenrc.ts', ...workflows(config).map(({ fileName }) => `.github/workflows/${fileName}`)];
}

/** The path that a relative link leads to. */
function resolveLink(from: string, target: string): string {
  return new URL(target, `file:///${from}`).pathname.slice(1);
}

/** Reads every document, and follows every link. */
function check(config: ImageConfig, home: boolean): void {
  const documents = renderDocuments(config, { home });
  const readings = Object.fromEntries(Object.entries(documents).map(([path, text]) => [path, read(text)]));
  for (const [path, { headings, links }] of Object.entries(readings)) {
    expect(
      headings.filter(({ level }) => level === 1),
      path,
    ).toHaveLength(1);
    headings.slice(1).forEach(({ level }, i) => {
      expect(level - headings[i].level, `${path}: a level is left out before "${headings[i + 1].text}"`).toBeLessThanOrEqual(1);
    });
    for (const { target } of links.filter((link) => !/^https?:/.test(link.target))) {
      const [file, anchor] = target.split('#');
      const to = file === '' ? path : resolveLink(path, file);
      expect([...Object.keys(documents), ...otherFiles(config)], `${path} links to ${target}`).toContain(to);
      if (anchor !== undefined) expect(readings[to].anchors, `${path} links to ${target}`).toContain(anchor);
    }
  }
  for (const [path, text] of Object.entries(documents)) {
    expect(text, path).not.toMatch(/\bundefined\b|\bnull\b|NaN|\[object|\n{3}/);
    expect(text.endsWith('\n') && !text.endsWith('\n\n'), path).toBe(true);
    expect(
      text.split('\n').filter((line) => / $/.test(line)),
      path,
    ).toEqual([]);
  }
}

describe('the documents', () => {
  it.each(Object.entries(CONFIGS))('have sound tables, fences, headings and links: %s', (_, config) => {
    check(config, false);
    check(config, true);
  });

  it('have them for any config', () => {
    fc.assert(
      fc.property(arbitraryConfig, fc.boolean(), (config, home) => check(config, home)),
      { numRuns: 60 },
    );
  });

  it('are the same for the same config', () => {
    expect(renderDocuments(CONFIGS.DianPlus)).toEqual(renderDocuments(CONFIGS.DianPlus));
  });
});

describe('the languages', () => {
  const paths = (name: string) => Object.keys(renderDocuments(CONFIGS[name])).sort();

  it('are those of the config, and the only one has README.md', () => {
    const chinese = ['requirements/01-image.md', 'requirements/02-workflows.md', 'requirements/03-setup.md', 'requirements/README.md'];
    expect(paths('DianPlus')).toEqual(['README.md', 'README.zh.md', '.github/setup.md', ...chinese].sort());
    expect(paths('English only')).toEqual(['.github/setup.md', 'README.md']);
    expect(paths('Chinese only')).toEqual(['README.md', ...chinese].sort());
    expect(renderDocuments(CONFIGS['Chinese only'])['README.md']).toContain('## 自动化构建');
  });

  it('link one another, and only if there is another one', () => {
    const both = renderDocuments(CONFIGS.DianPlus);
    expect(both['README.md']).toContain('[中文](README.zh.md)');
    expect(both['README.zh.md']).toContain('[English](README.md)');
    for (const name of ['English only', 'Chinese only']) {
      expect(renderDocuments(CONFIGS[name])['README.md']).not.toMatch(/\]\(README/);
    }
  });

  it('leave no Chinese in the English documents, but for the name of the language', () => {
    for (const [name, config] of Object.entries(CONFIGS)) {
      const documents = renderDocuments(config, { home: true });
      const english = config.documents.languages.includes('en') ? [documents['README.md'], documents['.github/setup.md']] : [];
      for (const text of english) expect(text.replace('[中文](README.zh.md)', ''), name).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('have headings of the same depth in the same order', () => {
    for (const config of Object.values(CONFIGS).filter(({ documents }) => documents.languages.length === 2)) {
      const documents = renderDocuments(config, { home: true });
      const [en, zh] = ['README.md', 'README.zh.md'].map((path) => read(documents[path]).headings.map(({ level }) => level));
      expect(zh).toEqual(en);
    }
  });
});

describe('the diagram', () => {
  it('is a well-formed flowchart for any config', () => {
    fc.assert(
      fc.property(arbitraryConfig, (config) => {
        const [{ language, lines }] = read(renderDocuments(config)['README.md']).fences;
        expect(language).toBe('mermaid');
        checkFlowchart(lines);
      }),
      { numRuns: 40 },
    );
  });

  it('leads from the config over every build to the merge, and launches and stops only what lives on Spot', () => {
    const [{ lines }] = read(renderDocuments(CONFIGS['every kind, in China'])['README.md']).fences;
    const { edges } = checkFlowchart(lines);
    expect(edges).toEqual(
      expect.arrayContaining([
        ['config', 'files'],
        ['launch0', 'build0'],
        ['build0', 'stop0'],
        ['build0', 'merge'],
        ['build1', 'merge'],
        ['launch2', 'build2'],
        ['build2', 'merge'],
        ['merge', 'public'],
      ]),
    );
    expect(edges.flat()).not.toContain('launch1');
    expect(lines.join('\n')).toMatch(/build2\["build \(QEMU\)/);
  });

  it('survives architectures that are called like words of mermaid', () => {
    const [{ lines }] = read(renderDocuments(CONFIGS['an architecture called end'])['README.md']).fences;
    expect(() => checkFlowchart(lines)).not.toThrow();
  });
});
