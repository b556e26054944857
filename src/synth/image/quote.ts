/**
 * Quoting for the places where text of the config ends up. The config has
 * refused what has no business there; this is the second lock, in one place.
 */

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** A double-quoted value of a Dockerfile instruction, taken literally. */
export function dockerfileValue(text: string): string {
  return `"${text.replace(/["\\$]/g, '\\$&')}"`;
}

/** A string of a bake file, whose `${…}` and `%{…}` would otherwise be evaluated. */
export function bakeText(text: string): string {
  return text.replace(/[$%](?=\{)/g, '$&$&');
}

/** A parameter of an nginx directive. */
export function nginxWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A single-quoted string of Lua. */
export function luaText(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replace(/\n/g, '\\n')}'`;
}
