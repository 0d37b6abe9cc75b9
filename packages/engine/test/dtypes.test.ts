// Every dtype goes into a backend's own memory and comes back as it was.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nativeTensors, on, readyBackends, type BackendName } from './backends.js';

const backends = await readyBackends();

/** A shape, empty ones and scalars included, and the values that fill it. */
function filled<T>(value: fc.Arbitrary<T>, shortest = 0): fc.Arbitrary<{ shape: number[]; values: T[] }> {
  return fc.array(fc.integer({ min: shortest, max: 4 }), { maxLength: 4 }).chain((shape) => {
    const length = tf.util.sizeFromShape(shape);
    return fc.record({ shape: fc.constant(shape), values: fc.array(value, { minLength: length, maxLength: length }) });
  });
}

/** Stacked upon itself, so that a kernel has copied the values and none are merely remembered. */
async function twice(backend: BackendName, values: unknown[], shape: number[], dtype: tf.DataType): Promise<unknown[]> {
  const y = on(backend, () =>
    tf.tidy(() => {
      const x = tf.tensor(values as number[], shape, dtype);
      return tf.stack([x, x]);
    }),
  );
  const back = Array.from((await y.data<keyof tf.DataTypeMap>()) as ArrayLike<unknown>);
  expect({ dtype: y.dtype, shape: y.shape }).toEqual({ dtype, shape: [2, ...shape] });
  y.dispose();
  return back;
}

/** What tensors made on a backend hold; they are freed. */
async function valuesOf(backend: BackendName, compute: () => tf.Tensor[]): Promise<unknown[]> {
  const tensors = on(backend, () => tf.tidy(compute));
  const values = await Promise.all(tensors.map((tensor) => tensor.array()));
  tf.dispose(tensors);
  return values;
}

const words = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ minLength: 20, maxLength: 300 }),
  fc.constantFrom('', 'a\0b', 'ß → 😀'),
);

describe.each(backends)('on $title', ({ name, skipped }) => {
  describe.skipIf(skipped)('a tensor', () => {
    let before: number[];
    const held = () => [tf.memory().numTensors, name === 'tensorflow' ? nativeTensors() : 0];
    beforeEach(() => {
      before = held();
    });
    afterEach(() => {
      expect(held()).toEqual(before);
    });

    const returns = <T>(dtype: tf.DataType, value: fc.Arbitrary<T>, shortest = 0) =>
      fc.assert(
        fc.asyncProperty(filled(value, shortest), async ({ shape, values }) => {
          expect(await twice(name, values, shape, dtype)).toEqual([...values, ...values]); // toEqual tells −0 from 0
        }),
      );

    test('of float32 keeps every value: NaN, infinities, −0 and subnormals too', () => returns('float32', fc.float()));
    test('of int32 keeps its whole range', () => returns('int32', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })));
    test('of bool keeps 0 and 1', () => returns('bool', fc.constantFrom(0, 1)));
    // wasm and webgpu have no memory of their own for strings, and their concat, in JavaScript, fails where there are none.
    test('of strings keeps any text, short and long', () => returns('string', words, name === 'tensorflow' ? 0 : 1));

    test('of no elements goes through sums, products and concatenations', async () => {
      const values = await valuesOf(name, () => {
        const empty = tf.zeros<tf.Rank.R2>([0, 3]);
        expect(tf.matMul(empty, tf.ones([3, 2])).shape).toEqual([0, 2]);
        expect(tf.add(empty, 1).shape).toEqual([0, 3]);
        return [tf.sum(empty, 0), tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])), tf.concat([empty, tf.ones([1, 3])])];
      });
      expect(values).toEqual([
        [0, 0, 0],
        [
          [0, 0],
          [0, 0],
        ],
        [[1, 1, 1]],
      ]);
    });

    test('of no dimensions is one number', async () => {
      expect(await valuesOf(name, () => [tf.mul(tf.scalar(3), tf.scalar(-2))])).toEqual([-6]);
    });

    if (name === 'wasm') {
      test('of complex64 is refused in words: wasm has no kernels for it', () => {
        expect(() => on(name, () => tf.tidy(() => tf.complex(1, 2)))).toThrow(
          "Kernel 'Complex' not registered for backend 'wasm'",
        );
      });
    } else {
      test('of complex64 keeps both parts', async () => {
        const z = on(name, () => tf.tidy(() => tf.complex([1, -2, 3.5], [0, 4, -1])));
        expect([z.dtype, Array.from(await z.data())]).toEqual(['complex64', [1, 0, -2, 4, 3.5, -1]]);
        expect(await valuesOf(name, () => [tf.real(z), tf.imag(z)])).toEqual([
          [1, -2, 3.5],
          [0, 4, -1],
        ]);
        z.dispose();
      });
    }
  });
});
