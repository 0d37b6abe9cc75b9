// The element types of the format, and the numbers that their bytes stand for (IEEE 754 for F16; BF16 is the upper half of a float32).
import { SafetensorsError } from './errors.js';

/** The array that holds each type. F16 and BF16 stay as their 16 bits, which no array of this language's version names. */
export const DTYPES = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

export type SafetensorsDtype = keyof typeof DTYPES;

export interface NamedTensor {
  dtype: SafetensorsDtype;
  shape: number[];
  /** Row by row; of F16 and BF16 the bits, which `numbersOf` and `halfPrecision` turn into numbers and back. */
  data:
    | Float64Array
    | Float32Array
    | BigInt64Array
    | BigUint64Array
    | Int32Array
    | Int16Array
    | Int8Array
    | Uint32Array
    | Uint16Array
    | Uint8Array;
}

/** Bits of the significand after its point, exponent of the smallest normal number, and the bits of infinity. */
const HALVES = {
  F16: { significandBits: 10, minExponent: -14, infinity: 0x7c00 },
  BF16: { significandBits: 7, minExponent: -126, infinity: 0x7f80 },
} as const;

/**
 * The values of a tensor of any type as float64, none of them rounded. `Float32Array.from` of the result then rounds once, to nearest even.
 * @param source names the file in errors.
 * @throws SafetensorsError for a 64-bit integer beyond ±2⁵³, which a float64 cannot hold exactly: take `data` itself then.
 * @example
 * ```ts
 * import { numbersOf } from '@lin/safetensors';
 *
 * const tensor = { dtype: 'BF16' as const, shape: [3], data: Uint16Array.of(0x3f80, 0xc000, 0x7f80) };
 * console.log(numbersOf(tensor));
 * ```
 * ```text
 * Float64Array(3) [ 1, -2, Infinity ]
 * ```
 */
export function numbersOf({ dtype, data }: NamedTensor, source = 'safetensors data'): Float64Array {
  if (dtype === 'F16' || dtype === 'BF16') {
    return Float64Array.from(data as Uint16Array, (bits) => numberOfBits(bits, dtype));
  }
  return Float64Array.from(data as ArrayLike<number | bigint>, (value) => {
    if (typeof value === 'bigint' && (value > MAX_EXACT || value < -MAX_EXACT)) {
      throw new SafetensorsError(
        `${source}: the ${dtype} value ${value} is beyond ±2^53, where float64 is not exact; read it from the tensor's data.`,
      );
    }
    return Number(value);
  });
}

const MAX_EXACT = 2n ** 53n;

/**
 * Numbers as the bits of F16 or BF16, each rounded once, to the nearest, and to the even one of two equally near: subnormal numbers too.
 * What is too large becomes an infinity, NaN the quiet NaN.
 * @example
 * ```ts
 * import { halfPrecision } from '@lin/safetensors';
 *
 * console.log(halfPrecision([1, -2, 65504, 65520], 'F16'));
 * ```
 * ```text
 * Uint16Array(4) [ 15360, 49152, 31743, 31744 ]
 * ```
 */
export function halfPrecision(values: ArrayLike<number>, dtype: 'F16' | 'BF16'): Uint16Array {
  return Uint16Array.from(values, (value) => bitsOfNumber(value, dtype));
}

function numberOfBits(bits: number, dtype: 'F16' | 'BF16'): number {
  const { significandBits, minExponent, infinity } = HALVES[dtype];
  const [sign, magnitude] = [bits & 0x8000 ? -1 : 1, bits & 0x7fff];
  if (magnitude >= infinity) return magnitude === infinity ? sign * Infinity : NaN;
  const exponent = magnitude >> significandBits; // biased; 0 for subnormal numbers
  const fraction = magnitude & (2 ** significandBits - 1);
  const significand = exponent === 0 ? fraction : fraction + 2 ** significandBits;
  return sign * significand * 2 ** (Math.max(exponent, 1) - 1 + minExponent - significandBits);
}

const scratch = new DataView(new ArrayBuffer(8));

function bitsOfNumber(value: number, dtype: 'F16' | 'BF16'): number {
  const { significandBits, minExponent, infinity } = HALVES[dtype];
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const sign = (high >>> 16) & 0x8000;
  if (Number.isNaN(value)) return infinity + 2 ** (significandBits - 1);
  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023, minExponent);
  if (exponent > 127) return sign | infinity;
  const units = roundedToEven(Math.abs(value) * 2 ** (significandBits - exponent)); // a power of two: exact
  // Units from 2^significandBits on carry into the exponent: so do numbers that round up to the next power of two.
  return sign | Math.min((exponent - minExponent) * 2 ** significandBits + units, infinity);
}

function roundedToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
