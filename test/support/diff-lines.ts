/**
 * The lines that only one of two texts has: of the first, then of the second.
 * A longest common subsequence, so that order counts.
 */
export function diffLines(first: string, second: string): [string[], string[]] {
  const [a, b] = [first.split('\n'), second.split('\n')];
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const only: [string[], string[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
    else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) only[0].push(a[i++]);
    else only[1].push(b[j++]);
  }
  return only;
}
