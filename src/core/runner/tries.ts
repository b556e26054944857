/** What became of each try of a launch, as data for whoever tells the story: the output `tries`. */
import type { ErrorClass } from './cloud-error';
import type { Market } from './next-try';

/** One try: one place, one market, one answer. */
export interface TryRecord {
  readonly region: string;
  readonly market: Market;
  /** `online`; the worst kind of "no"; `none` where EC2 gave no reason; `failed` for what is no answer of EC2's, such as a runner that did not come. */
  readonly outcome: 'online' | 'none' | 'failed' | ErrorClass;
  /** Seconds from the start of the launch until this was known. */
  readonly seconds: number;
  /** For people: codes and mends, or the instance and its type. */
  readonly why: string;
}

/** Bytes that the output may have. */
export const TRIES_LIMIT = 2_000;

/** Shortest `why` that still tells something, in characters. */
const SHORTEST_WHY = 40;

/** What cannot heal comes first: it is what people have to know. */
const WORST_FIRST: readonly ErrorClass[] = [
  'permission',
  'configuration',
  'unknown',
  'lost',
  'quota',
  'price',
  'capacity',
  'unavailable',
  'user-data',
  'mismatch',
  'throttle',
  'consistency',
];

/** The one word for a try with these classes of errors. */
export function outcomeOf(classes: readonly ErrorClass[]): ErrorClass | 'none' {
  return WORST_FIRST.find((kind) => classes.includes(kind)) ?? 'none';
}

function shortened(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/**
 * The tries as compact JSON in one line, oldest first, within `TRIES_LIMIT` bytes: reasons are shortened, and
 * if that is not enough the oldest tries are left out.
 */
export function renderTries(tries: readonly TryRecord[]): string {
  const render = (list: readonly TryRecord[], longest: number) =>
    JSON.stringify(list.map((one) => ({ ...one, why: shortened(one.why, longest) })));
  const fits = (text: string) => Buffer.byteLength(text) <= TRIES_LIMIT;
  for (let longest = 400; longest >= SHORTEST_WHY; longest = Math.floor(longest / 1.5)) {
    const text = render(tries, longest);
    if (fits(text)) return text;
  }
  for (let from = 1; from < tries.length; from++) {
    const text = render(tries.slice(from), SHORTEST_WHY);
    if (fits(text)) return text;
  }
  return '[]';
}
