/** Reads Markdown as far as the documents use it, to check what GitHub would make of it. */

/** A fenced block. */
export interface Fence {
  readonly language: string;
  readonly lines: readonly string[];
}

/** What a document is made of. */
export interface Read {
  readonly headings: readonly { readonly level: number; readonly text: string }[];
  /** Anchors as GitHub gives them: a repeated heading gets a number. */
  readonly anchors: readonly string[];
  /** Tables as rows of cells, the head first, the row of dashes left out. */
  readonly tables: readonly (readonly (readonly string[])[])[];
  readonly links: readonly { readonly text: string; readonly target: string }[];
  readonly codes: readonly string[];
  readonly fences: readonly Fence[];
  /** Lines outside of fences. */
  readonly prose: readonly string[];
}

/** Cells of a table's line: bars that are escaped do not count, as in GitHub's specification of tables. */
export function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** GitHub's rule, written down a second time, by characters to keep instead of by class. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/\\(.)/g, '$1').replaceAll('`', '');
  return [...plain.toLowerCase()].map((c) => (c === ' ' ? '-' : /[\p{L}\p{N}_-]/u.test(c) ? c : '')).join('');
}

function split(text: string): { fences: Fence[]; prose: string[] } {
  const fences: { language: string; lines: string[] }[] = [];
  const prose: string[] = [];
  let open: { language: string; lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const fence = /^ *```(\w*)$/.exec(line);
    if (fence && open && fence[1] === '') open = undefined;
    else if (fence) {
      if (open) throw new Error(`a fence inside a fence: ${line}`);
      open = { language: fence[1], lines: [] };
      fences.push(open);
    } else if (open) open.lines.push(line);
    else prose.push(line);
  }
  if (open) throw new Error('a fence is never closed');
  return { fences, prose };
}

/**
 * Reads a document.
 * @throws Error where a table has no head, or rows of another width, or a fence stays open
 */
export function read(text: string): Read {
  const { fences, prose } = split(text);
  const headings = prose.flatMap((line) => {
    const match = /^(#{1,6}) (.+)$/.exec(line);
    return match ? [{ level: match[1].length, text: match[2] }] : [];
  });
  const seen = new Map<string, number>();
  const anchors = headings.map(({ text: heading }) => {
    const anchor = anchorOf(heading);
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
  const tables: string[][][] = [];
  prose.forEach((line, i) => {
    if (!line.startsWith('|')) return;
    const row = cells(line);
    if (!prose[i - 1]?.startsWith('|')) {
      if (prose[i - 1] !== '') throw new Error(`a table without an empty line before it: ${line}`);
      if (!/^(\| --- )+\|$/.test(prose[i + 1] ?? '')) throw new Error(`a table without a head: ${line}`);
      tables.push([row]);
    } else {
      const table = tables[tables.length - 1];
      if (row.length !== table[0].length) throw new Error(`a row of ${row.length} cells in a table of ${table[0].length}: ${line}`);
      if (!row.every((cell) => cell === '---')) table.push(row);
    }
  });
  const outsideOfCode = prose
    .join('\n')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\\./g, '');
  return {
    headings,
    anchors,
    tables,
    links: [...outsideOfCode.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, label, target]) => ({ text: label, target })),
    codes: [...prose.join('\n').matchAll(/`([^`\n]+)`/g)].map(([, code]) => code),
    fences,
    prose,
  };
}

/**
 * Checks a mermaid flowchart of the form that the documents use: every line is a
 * node, an edge or a subgraph; subgraphs are closed; labels have no quote inside.
 * @throws Error that names the line
 */
export function checkFlowchart(lines: readonly string[]): { nodes: Set<string>; edges: [string, string][] } {
  const node = /([a-z]+[0-9]*)(\[".*?"\]|\(\[".*?"\]\))?/y;
  const arrow = / (?:-->|-- "[^"]*" -->) /y;
  const nodes = new Set<string>();
  const edges: [string, string][] = [];
  if (lines[0] !== 'flowchart TB') throw new Error(`it begins with "${lines[0]}"`);
  let depth = 0;
  for (const line of lines.slice(1).map((l) => l.trim())) {
    const subgraph = /^subgraph ([a-z]+[0-9]*)\["[^"]*"\]$/.exec(line);
    if (subgraph) {
      depth++;
      nodes.add(subgraph[1]);
      continue;
    }
    if (line === 'end') {
      if (--depth < 0) throw new Error('an end without subgraph');
      continue;
    }
    let at = 0;
    let before: string | undefined;
    while (at < line.length) {
      node.lastIndex = at;
      const match = node.exec(line);
      if (!match) throw new Error(`no node at ${at} of "${line}"`);
      if (['end', 'graph', 'subgraph', 'style', 'class', 'default'].includes(match[1]))
        throw new Error(`"${match[1]}" is a word of mermaid's own`);
      nodes.add(match[1]);
      if (before !== undefined) edges.push([before, match[1]]);
      before = match[1];
      at = node.lastIndex;
      if (at === line.length) break;
      arrow.lastIndex = at;
      if (!arrow.exec(line)) throw new Error(`no arrow at ${at} of "${line}"`);
      at = arrow.lastIndex;
    }
  }
  if (depth !== 0) throw new Error('a subgraph is not closed');
  return { nodes, edges };
}
