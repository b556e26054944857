/** Arbitrary words that every config takes, as varied as its grammars allow. */
import fc from 'fast-check';

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];
const DIGITS = [...'0123456789'];

function of(characters: readonly string[], minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength });
}

/** Lower-case letters. */
export const word = of(LETTERS, 1, 8);

/** Lower-case letters and digits. */
const alphanumeric = of([...LETTERS, ...DIGITS], 1, 8);

/** Something, or nothing. */
export function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

/** A name in a registry, such as `a_1.b-2`. */
export const component = fc
  .tuple(alphanumeric, fc.array(fc.tuple(fc.constantFrom('.', '-', '_', '__', '--'), alphanumeric), { maxLength: 2 }))
  .map(([first, rest]) => first + rest.flat().join(''))
  .filter((name) => !name.endsWith('-cache'));

/** Prose with every kind of character that a label, a heading and a table cell may have. */
export const line = fc
  .string({ unit: fc.constantFrom(...LETTERS, ...DIGITS, ..." éß中文，。—’'&#*_[]()~!%{}:;.,?@+=-/^"), minLength: 1, maxLength: 60 })
  .map((text) => text.trim())
  .filter((text) => text !== '');

/** A checksum of either algorithm. */
export const checksum = fc
  .constantFrom(64, 128)
  .chain((length) => of([...'0123456789abcdef'], length, length).map((digits) => `${length === 64 ? 'sha256' : 'sha512'}:${digits}`));

/** A SHA-256 digest. */
export const digest = of([...'0123456789abcdef'], 64, 64).map((digits) => `sha256:${digits}`);

const host = fc.oneof(
  fc.tuple(word, word).map(([a, b]) => `${a}.${b}.example`),
  fc.constantFrom('127.0.0.1:8080', '[::1]:8080', 'localhost', 'xn--fiqs8s.example:443'),
);

const segment = fc.oneof(word, fc.constantFrom('v1.2.3', '@scope', '~user', 'a%20b', 'a+b', 'x=y', 'a_b-c'));

/** The address of a folder, with a slash at the end. */
export const folderUrl = fc
  .tuple(fc.constantFrom('https', 'http'), host, fc.array(segment, { maxLength: 3 }))
  .map(([scheme, name, path]) => `${[`${scheme}://${name}`, ...path].join('/')}/`);

/** The address of an archive. */
export const archiveUrl = fc
  .tuple(folderUrl, word, fc.constantFrom('.tar.gz', '.tgz', ''))
  .map(([folder, name, end]) => folder + name + end);

/** A file to download. */
export const archive = fc.record({ url: archiveUrl, checksum });
