/**
 * Reads options by their shape: from whatever somebody wrote to values of the
 * types that the rules expect.
 */
import { type Faults, join } from './fault';
import { lookup } from './lookup';
import { type AnyShape, type AnyStruct, type Struct, text } from './shape';
import { suggest } from './suggest';

/** Longest text that any option takes; most take far less. */
const LONGEST_TEXT = 2000;

/** projen's own mark on the options of a project that `projen new` is about to write. */
const PROJEN_NEW = '__new__';

const WANTED: Readonly<Record<AnyShape['kind'], string>> = {
  text: 'write a text in quotes',
  number: 'write a number, without quotes',
  switch: 'write true or false, without quotes',
  list: 'write a list in brackets: […]',
  table: 'write names and texts in braces: { "name": "text" }',
  struct: 'write it in braces: { … }',
};

/** What a value is, in words. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === null || value === undefined || typeof value === 'boolean' ? String(value) : `a ${typeof value}`;
}

function isOfKind(kind: AnyShape['kind'], value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'switch') return typeof value === 'boolean';
  if (kind === 'list') return Array.isArray(value);
  // `projen new` makes the options in a realm of its own, whose Object is not this one.
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What stands for a value that cannot be read, so that the check can go on to the others. */
function standIn(shape: AnyShape): unknown {
  if (shape.kind !== 'struct') return { text: '', number: 0, switch: false, list: [], table: {} }[shape.kind];
  const required = Object.entries(shape.fields).flatMap(([key, field]) => ('optional' in field ? [] : [[key, standIn(field)]]));
  return Object.fromEntries(required);
}

function checkNames(faults: Faults, path: string, { fields, elsewhere = {} }: AnyStruct, value: object): void {
  for (const [key, given] of Object.entries(value)) {
    if (given === undefined || Object.hasOwn(fields, key) || (path === '' && key === PROJEN_NEW)) continue;
    const mend = lookup(elsewhere, key);
    const why = mend === undefined ? 'there is no such option' : 'there is no such option at this place';
    faults.add(join(path, key), given, why, mend ?? suggest(key, Object.keys(fields)));
  }
}

function readStruct(faults: Faults, path: string, shape: AnyStruct, value: Readonly<Record<string, unknown>>): unknown {
  checkNames(faults, path, shape, value);
  const pairs = Object.entries(shape.fields).map(([key, field]): [string, unknown] => {
    const at = join(path, key);
    if (!('optional' in field)) return [key, readValue(faults, at, field, value[key]) ?? standIn(field)];
    return [key, value[key] === undefined ? undefined : readValue(faults, at, field.optional, value[key], 'or leave the option away')];
  });
  // An optional value that cannot be read is left away: its default raises no further fault.
  return Object.fromEntries(pairs.filter(([, part]) => part !== undefined));
}

/** @returns undefined for what cannot be read */
function readValue(faults: Faults, path: string, shape: AnyShape, value: unknown, otherwise?: string): unknown {
  if (!isOfKind(shape.kind, value)) {
    const mend = otherwise === undefined ? WANTED[shape.kind] : `${WANTED[shape.kind]}, ${otherwise}`;
    faults.addUnreadable(path, value, value === undefined ? 'it must be given' : `it is ${describe(value)}`, mend);
    return undefined;
  }
  if (typeof value === 'string' && value.length > LONGEST_TEXT) {
    faults.addUnreadable(path, value, `it is ${value.length} characters long; no option takes more than ${LONGEST_TEXT}`, 'shorten it');
    return undefined;
  }
  switch (shape.kind) {
    case 'list':
      return Array.from(value as unknown[], (element, i) => readValue(faults, `${path}[${i}]`, shape.of, element) ?? standIn(shape.of));
    case 'table':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, entry]) => [key, readValue(faults, join(path, key), text, entry) ?? '']),
      );
    case 'struct':
      return readStruct(faults, path, shape, value as Readonly<Record<string, unknown>>);
    default:
      return value;
  }
}

/**
 * Reads options. What is missing, of a wrong type or unknown is noted, and what
 * is returned has a value of the right type in its place.
 *
 * The result shares nothing with the options, so that it may be frozen.
 *
 * @throws ConfigError if the options are no object at all
 */
export function readOptions<T>(faults: Faults, shape: Struct<T>, options: unknown): T {
  if (!isOfKind('struct', options)) {
    faults.addUnreadable('options', options, `it is ${describe(options)}`, 'write them in braces: { name: "…", owner: "…" }');
    faults.throwIfAny();
  }
  return readStruct(faults, '', shape as unknown as AnyStruct, options as Readonly<Record<string, unknown>>) as T;
}
