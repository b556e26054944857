/**
 * Shapes of options, as data: which options there are, and what kind of value
 * each takes. TypeScript checks the same, but not for JavaScript, JSON or
 * `as any`.
 */

/** The shape that values of a type have. The compiler refuses any other one. */
export type ShapeOf<T> = [T] extends [string]
  ? Leaf<'text'>
  : [T] extends [number]
    ? Leaf<'number'>
    : [T] extends [boolean]
      ? Leaf<'switch'>
      : T extends readonly (infer Element)[]
        ? List<ShapeOf<Element>>
        : string extends keyof T
          ? Leaf<'table'>
          : Struct<T>;

/** A value without further shape inside: `table` is a record of texts. */
export interface Leaf<Kind> {
  readonly kind: Kind;
}

/** A list of values of one shape. */
export interface List<Of> {
  readonly kind: 'list';
  readonly of: Of;
}

/** An object with named options: all that the type has, and no others. */
export interface Struct<T> {
  readonly kind: 'struct';
  readonly fields: {
    readonly [Key in keyof T]-?: Record<never, never> extends Pick<T, Key>
      ? Optional<ShapeOf<Exclude<T[Key], undefined>>>
      : ShapeOf<T[Key]>;
  };
  /** Options that people write here but that belong elsewhere, each with how to mend it. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** An option that may be left away. */
export interface Optional<Shape> {
  readonly optional: Shape;
}

/** Any shape, for code that walks over values. */
export type AnyShape = Leaf<'text' | 'number' | 'switch' | 'table'> | List<AnyShape> | AnyStruct;

/** Any struct. */
export interface AnyStruct {
  readonly kind: 'struct';
  readonly fields: Readonly<Record<string, AnyShape | Optional<AnyShape>>>;
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** A text. */
export const text: Leaf<'text'> = { kind: 'text' };

/** A number. */
export const number: Leaf<'number'> = { kind: 'number' };

/** `true` or `false`. */
export const onOff: Leaf<'switch'> = { kind: 'switch' };

/** A record of texts. */
export const table: Leaf<'table'> = { kind: 'table' };

/** A list of values of this shape. */
export function list<Of>(of: Of): List<Of> {
  return { kind: 'list', of };
}

/** A value of this shape, or nothing. */
export function optional<Shape>(shape: Shape): Optional<Shape> {
  return { optional: shape };
}

/** The shape of one struct of `options.ts`. */
export function struct<T>(fields: Struct<T>['fields'], elsewhere?: Struct<T>['elsewhere']): Struct<T> {
  return { kind: 'struct', fields, elsewhere };
}
