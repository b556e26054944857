import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { renderDocuments } from '../../../src/synth/docs/documents';
import { OPTION_ROWS } from '../../../src/synth/docs/options-table';
import { CONFIGS } from './configs';
import { read } from './markdown-reader';

const FILE = join(__dirname, '../../../src/core/options.ts');
const source = ts.createSourceFile(FILE, ts.sys.readFile(FILE) ?? '', ts.ScriptTarget.ES2022, true);

function interfaceOf(name: string): ts.InterfaceDeclaration | undefined {
  return source.statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === name);
}

/** A property of an interface, or of what it extends. */
function propertyOf(type: string, property: string): ts.PropertySignature | undefined {
  const declaration = interfaceOf(type);
  const own = declaration?.members.filter(ts.isPropertySignature).find((member) => member.name.getText() === property);
  const parents = declaration?.heritageClauses?.flatMap((clause) => clause.types.map(({ expression }) => expression.getText())) ?? [];
  return own ?? parents.map((parent) => propertyOf(parent, property)).find((found) => found !== undefined);
}

/** Follows a path such as `pipeline.triggers` through the types. */
function find(type: string, path: string): ts.PropertySignature | undefined {
  const [first, ...rest] = path.split('.');
  const property = propertyOf(type, first);
  if (!property || rest.length === 0) return property;
  return find(property.type?.getText().replace('[]', '') ?? '', rest.join('.'));
}

/** What `@default` says, up to the dash. */
function documentedDefault(property: ts.PropertySignature): string {
  const tag = ts.getJSDocTags(property).find(({ tagName }) => tagName.text === 'default');
  return (ts.getTextOfJSDocComment(tag?.comment) ?? '').split(' - ')[0].trim();
}

describe('the table of options', () => {
  it.each(OPTION_ROWS.map((row) => [row.path, row] as const))('%s exists where it says, with this default', (path, row) => {
    expect(find('SpotImageProjectOptions', path) === undefined).toBe(row.openresty ?? false);
    const property = find('OpenRestyImageProjectOptions', path);
    expect(property, `options.ts has no ${path}`).toBeDefined();
    if (!property) return;
    if (typeof row.fallback === 'string') expect(documentedDefault(property)).toBe(row.fallback);
    else if (row.fallback.en === 'required') expect(property.questionToken).toBeUndefined();
    else expect(documentedDefault(property)).toMatch(/^(-.*)?$/);
  });

  it('is shown with the options that the image has', () => {
    const shown = (name: string) =>
      read(renderDocuments(CONFIGS[name])['README.md'])
        .tables.find(([head]) => head[0] === 'Option')
        ?.map(([path]) => path);
    expect(shown('DianPlus')).toEqual(['Option', ...OPTION_ROWS.map(({ path }) => `\`${path}\``)]);
    expect(shown('Tomcat')).toEqual(['Option', ...OPTION_ROWS.filter(({ openresty }) => !openresty).map(({ path }) => `\`${path}\``)]);
  });

  it('knows every option that the documents name elsewhere', () => {
    for (const config of Object.values(CONFIGS)) {
      for (const text of Object.values(renderDocuments(config, { home: true }))) {
        const named = read(text).codes.filter((code) => /^(pipeline|openresty|layout|base|documents)\.[a-zA-Z.]+$/.test(code));
        for (const path of named) expect(find('OpenRestyImageProjectOptions', path), path).toBeDefined();
      }
    }
  });
});
