/**
 * Versions with any number of numeric parts: OpenResty's have four (`1.31.1.1`),
 * so a semantic-version library refuses them.
 */

/** Is this so many numbers with dots between, none with a zero in front? */
export function isVersion(text: string, parts: number): boolean {
  const numbers = text.split('.');
  return numbers.length === parts && numbers.every((n) => /^(?:0|[1-9][0-9]{0,3})$/.test(n));
}

/**
 * Orders two versions by their numbers; missing parts count as 0.
 * @returns negative, zero or positive, as `Array.sort` wants it
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((v) => v.split('.').map(Number));
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const d = (x[i] ?? 0) - (y[i] ?? 0);
    if (d !== 0) return d;
  }
  return 0;
}

/** The series of a version: its first two numbers, `3.5` of `3.5.8`. */
export function series(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
