// What a verification pack's pickle may hold, as plain values: nothing here runs code.

export type PickleValue =
  null | boolean | number | string | Uint8Array | PickleValue[] | Tuple | Global | DataType | NumpyArray;

export class Tuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** A function or class by name, of those that are allowed. It is a name only. */
export class Global {
  constructor(readonly name: AllowedGlobal) {}
}

/** numpy's dtype, such as u1. */
export class DataType {
  byteOrder = '|';
  constructor(readonly code: string) {}
}

export class NumpyArray {
  type = new DataType('u1');
  shape: readonly number[] = [0];
  bytes = new Uint8Array(0);
}

/** numpy 2 renamed core to _core; Python 3 renamed __builtin__ to builtins, and writes the old name below protocol 3. */
const SYNONYMS = {
  'numpy._core.multiarray._reconstruct': 'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar': 'numpy.core.multiarray.scalar',
  'numpy._core.numeric._frombuffer': 'numpy.core.numeric._frombuffer',
  '__builtin__.bytes': 'builtins.bytes',
} as const;

const ALLOWED = [
  '_codecs.encode',
  'builtins.bytes',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy.core.numeric._frombuffer',
  'numpy.dtype',
  'numpy.ndarray',
] as const;

export type AllowedGlobal = (typeof ALLOWED)[number];

export function allowedGlobal(name: string): AllowedGlobal | undefined {
  const known = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name as keyof typeof SYNONYMS] : name;
  return ALLOWED.find((allowed) => allowed === known);
}

/** For messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return 'a bool';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'string') return 'a text';
  if (value instanceof Uint8Array) return 'bytes';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Tuple) return `a tuple of ${value.items.length}`;
  if (value instanceof Global) return value.name;
  return value instanceof DataType
    ? `the dtype ${value.code}`
    : `a numpy array of ${value.type.code} and shape (${value.shape.join(', ')})`;
}
