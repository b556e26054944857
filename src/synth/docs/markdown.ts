/** The few forms of Markdown that the documents are made of. */

/** Markdown text of one paragraph, list, table, heading or block. */
export type Block = string;

/** Prose from the config, with what Markdown would read as markup taken literally. */
export function text(prose: string): string {
  return prose
    .replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&')
    .replace(/^[-+=]/, '\\$&')
    .replace(/^([0-9]+)([.)])/, '$1\\$2');
}

/** A code span. The config's grammar knows no backtick. */
export function code(word: string): string {
  return `\`${word}\``;
}

/** A fenced block. */
export function fence(language: string, lines: readonly string[]): Block {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}

/** A list with dashes; an item's further lines must be indented by two already. */
export function bullets(items: readonly string[], indent = ''): Block {
  return items.map((item) => `${indent}- ${item}`).join('\n');
}

/** A numbered list; an item's further lines must be indented by three already. */
export function numbered(items: readonly string[]): Block {
  return items.map((item, i) => `${i + 1}. ${item}`).join('\n');
}

/** An item of a numbered list with a list below it. */
export function under(item: string, items: readonly string[]): string {
  return `${item}\n${bullets(items, '   ')}`;
}

/** A block as part of an item of a numbered list. */
export function inItem(block: Block): Block {
  return block.replace(/^(?=.)/gm, '   ');
}

/**
 * A table. A bar inside a cell is escaped, also inside a code span, as GitHub's
 * tables want it.
 *
 * @throws Error if a row has more or fewer cells than the head, or a cell has a line break
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): Block {
  for (const row of rows) {
    if (row.length !== head.length) throw new Error(`A row of the table "${head.join(', ')}" has ${row.length} cells: ${row.join(', ')}.`);
    const broken = row.find((cell) => cell.includes('\n'));
    if (broken !== undefined) throw new Error(`A cell of the table "${head.join(', ')}" has a line break: ${JSON.stringify(broken)}.`);
  }
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The anchor that GitHub gives a heading: lower case, punctuation taken out,
 * spaces to dashes. Letters of any script stay.
 */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** Blocks with an empty line between; what is undefined or empty is left out. */
export function blocks(...parts: readonly (Block | undefined)[]): Block {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
