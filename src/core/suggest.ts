/**
 * What somebody may have meant: the valid names nearest to a mistyped one.
 */

/** Above this length a word is no mistyped name, and comparing it would take long. */
const LONGEST_WORD = 64;

/** How many names are shown where none is near. */
const SHOWN = 12;

/** Levenshtein distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * The valid names nearest to a mistyped one, best first, three at most: those
 * that differ in few letters, and those that it contains. The list may be empty.
 */
export function nearest(word: string, names: readonly string[]): string[] {
  if (word.length > LONGEST_WORD) return [];
  const lower = word.toLowerCase();
  return names
    .map((name) => ({ name, d: distance(lower, name.toLowerCase()) }))
    .filter(({ name, d }) => d <= Math.max(2, Math.floor(name.length / 3)) || (name.length > 2 && lower.includes(name.toLowerCase())))
    .sort((a, b) => a.d - b.d || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `use "a" or "b"`: the nearest names, or the first ones where none is near. */
export function suggest(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  if (near.length > 0) return `use ${near.map((n) => `"${n}"`).join(' or ')}`;
  const more = names.length > SHOWN ? `, … (${names.length} in all)` : '';
  return `use ${names
    .slice(0, SHOWN)
    .map((n) => `"${n}"`)
    .join(', ')}${more}`;
}
