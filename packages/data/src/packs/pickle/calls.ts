// The few calls that a pickle of images makes, done by hand: bytes spelt as text, and numpy's arrays and scalars.
import { DataType, Global, NumpyArray, Tuple, kindOf, type AllowedGlobal, type PickleValue } from './values.js';

/** What a call is refused for. */
export class CallError extends Error {}

type Call = (args: readonly PickleValue[]) => PickleValue;

/** REDUCE: the value of `callee(*args)`. @throws CallError for what no pickle of images calls. */
export function callAllowed(callee: PickleValue, args: PickleValue): PickleValue {
  const call = callee instanceof Global ? CALLS[callee.name] : undefined;
  if (!call) throw new CallError(`${kindOf(callee)} is called`);
  if (!(args instanceof Tuple)) throw new CallError(`it is called with ${kindOf(args)}, not a tuple`);
  return call(args.items);
}

/** BUILD: sets the state of a dtype or an array. @throws CallError for anything else. */
export function setState(object: PickleValue, state: PickleValue): void {
  if (object instanceof DataType) {
    const [version, byteOrder] = itemsOf(state);
    if (version !== 3 && version !== 4) throw new CallError(`a dtype has a state of version ${shown(version)}`);
    object.byteOrder = textOf(byteOrder);
  } else if (object instanceof NumpyArray) {
    const [version, shape, type, , bytes] = argumentsOf(itemsOf(state), 5);
    if (version !== 1) throw new CallError(`an array has a state of version ${shown(version)}`);
    Object.assign(object, arrayOf({ shape, type, bytes }));
  } else throw new CallError(`a state is set on ${kindOf(object)}`);
}

const CALLS: Partial<Record<AllowedGlobal, Call>> = {
  // bytes below protocol 3, as Python 3 writes them
  '_codecs.encode': (args) => {
    const [text, encoding] = argumentsOf(args, 2);
    if (!['latin1', 'latin-1'].includes(textOf(encoding)))
      throw new CallError(`text is encoded as ${textOf(encoding)}, not latin1`);
    return latin1Bytes(textOf(text));
  },
  'builtins.bytes': (args) => {
    argumentsOf(args, 0);
    return new Uint8Array(0);
  },
  'numpy.dtype': (args) => new DataType(textOf(argumentsOf(args, 3)[0])),
  'numpy.core.multiarray._reconstruct': (args) => {
    const [type] = argumentsOf(args, 3);
    if (!(type instanceof Global && type.name === 'numpy.ndarray'))
      throw new CallError(`an array is made of ${kindOf(type)}`);
    return new NumpyArray();
  },
  // protocol 5
  'numpy.core.numeric._frombuffer': (args) => {
    const [bytes, type, shape, order] = argumentsOf(args, 4);
    if (textOf(order) !== 'C' && textOf(order) !== 'F') throw new CallError(`an array is of order ${textOf(order)}`);
    return arrayOf({ shape, type, bytes });
  },
  // such as numpy.bool_
  'numpy.core.multiarray.scalar': (args) => {
    const [type, bytes] = argumentsOf(args, 2);
    return arrayOf({ shape: new Tuple([]), type, bytes });
  },
};

function argumentsOf(args: readonly PickleValue[], count: number): readonly PickleValue[] {
  if (args.length !== count) throw new CallError(`there are ${args.length} values where ${count} are needed`);
  return args;
}

const shown = (value: PickleValue | undefined) => (typeof value === 'number' ? String(value) : kindOf(value));

function arrayOf({ shape, type, bytes }: Record<'shape' | 'type' | 'bytes', PickleValue | undefined>): NumpyArray {
  if (!(type instanceof DataType)) throw new CallError(`an array has ${kindOf(type)} in place of its dtype`);
  const itemBytes = /^[biu]([1248])$/.exec(type.code)?.[1];
  if (itemBytes === undefined || type.byteOrder === '>')
    throw new CallError(
      `an array is of dtype ${type.byteOrder}${type.code}; expected u1, or flags as b1 or little-endian integers`,
    );
  if (!(bytes instanceof Uint8Array)) throw new CallError(`an array has ${kindOf(bytes)} in place of its bytes`);
  const sides = itemsOf(shape).map((side) => (typeof side === 'number' ? side : NaN));
  const expected = sides.reduce((product, side) => product * side, Number(itemBytes));
  if (expected !== bytes.length)
    throw new CallError(`an array of shape (${sides.join(', ')}) and dtype ${type.code} has ${bytes.length} bytes`);
  return Object.assign(new NumpyArray(), { type, shape: sides, bytes });
}

function latin1Bytes(text: string): Buffer {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff)
      throw new CallError(`text to be encoded as latin1 holds U+${text.charCodeAt(i).toString(16).padStart(4, '0')}`);
  }
  return Buffer.from(text, 'latin1');
}

function textOf(value: PickleValue | undefined): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1'); // Python 2's str
  throw new CallError(`${kindOf(value)} is in the place of a text`);
}

function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  if (value instanceof Tuple) return value.items;
  throw new CallError(`${kindOf(value)} is in the place of a tuple`);
}
