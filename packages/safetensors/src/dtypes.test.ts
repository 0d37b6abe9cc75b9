import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { decodeSafetensors, halfPrecision, numbersOf, SafetensorsError, type NamedTensor } from './index.js';

const reference = async (name: string) =>
  JSON.parse(await readFile(new URL(`../test/reference/${name}.json`, import.meta.url), 'utf8')) as never;

/** Made by make-half.py with numpy 2.4 and ml_dtypes 0.6. */
const half: { float32: number[]; F16: number[]; BF16: number[] } = await reference('half');
/** Made by make-all-dtypes.py with safetensors 0.8. */
const all: { file: string; values: Record<string, number[]> } = await reference('all-dtypes');

test.each(['F16', 'BF16'] as const)('%s rounds as numpy does: ties to even, subnormal numbers, infinities', (dtype) => {
  const values = new Float32Array(Uint32Array.from(half.float32).buffer);
  expect(Array.from(halfPrecision(values, dtype))).toEqual(half[dtype]);
});

test.each(['F16', 'BF16'] as const)('each of the 65,536 bit patterns of %s comes back from its number', (dtype) => {
  const data = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const numbers = numbersOf({ dtype, shape: [65536], data });
  const back = halfPrecision(numbers, dtype);
  const wrong = data.filter((bits, i) => (Number.isNaN(numbers[i]) ? !isNaN16(back[i]!, dtype) : back[i] !== bits));
  expect(wrong).toEqual(new Uint16Array(0));
});

const isNaN16 = (bits: number, dtype: 'F16' | 'BF16') => (bits & 0x7fff) > (dtype === 'F16' ? 0x7c00 : 0x7f80);

test('a float64 is rounded once: just above a tie of F16, where float32 would make it the tie', () => {
  expect([...halfPrecision([1 + 2 ** -11, 1 + 2 ** -11 + 2 ** -40], 'F16')]).toEqual([0x3c00, 0x3c01]);
});

test('tensors of every type that Python wrote have its values', () => {
  const { tensors } = decodeSafetensors(Buffer.from(all.file, 'base64'));
  expect(tensors.size).toBe(13);
  expect(Object.fromEntries([...tensors].map(([name, tensor]) => [name, [...numbersOf(tensor)]]))).toEqual(all.values);
  expect([...tensors].filter(([name, { dtype }]) => name !== dtype)).toEqual([]);
});

test.each<[string, NamedTensor]>([
  ['I64', { dtype: 'I64', shape: [1], data: BigInt64Array.of(-(2n ** 53n) - 1n) }],
  ['U64', { dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 53n + 1n) }],
])('%s beyond 2⁵³ is refused, not rounded', (dtype, tensor) => {
  expect(() => numbersOf(tensor, 'w.safetensors')).toThrow(SafetensorsError);
  expect(() => numbersOf(tensor, 'w.safetensors')).toThrow(
    new RegExp(`^w\\.safetensors: the ${dtype} value -?9007199254740993`),
  );
  const edge = { ...tensor, data: BigInt64Array.of(2n ** 53n), dtype: 'I64' as const };
  expect(numbersOf(edge)[0]).toBe(2 ** 53);
});
