/**
 * Tables that are asked for names which a user wrote.
 */

/**
 * The entry of this name, or undefined. Only the table's own entries count:
 * `constructor` and `__proto__` are names too, and every object inherits them.
 */
export function lookup<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
