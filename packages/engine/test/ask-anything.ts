// Ops with random shapes, dtypes, axes and lists, most of which no op takes.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect } from 'vitest';

const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });
const operand = fc.record({ shape, dtype: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const) });
const axis = fc.integer({ min: -3, max: 3 });
const list = fc.array(axis, { maxLength: 4 });
const OPS: Record<string, (a: tf.Tensor, b: tf.Tensor, n: number, list: number[]) => unknown> = {
  add: (a, b) => tf.add(a, b),
  matMul: (a, b, n) => tf.matMul(a, b, n > 0, n % 2 === 0),
  maximum: (a, b) => tf.maximum(a, b),
  concat: (a, b, n) => tf.concat([a, b], n),
  stack: (a, b, n) => tf.stack([a, b], n),
  sum: (a, _, __, axes) => tf.sum(a, axes),
  mean: (a, _, n) => tf.mean(a, n),
  slice: (a, _, n, begin) => tf.slice(a, begin, n),
  reshape: (a, _, __, to) => tf.reshape(a, to),
  transpose: (a, _, __, order) => tf.transpose(a, order),
  tile: (a, _, __, times) => tf.tile(a, times),
  gather: (a, b, n) => tf.gather(a, b as tf.Tensor1D, n),
  scatterND: (a, b, _, to) => tf.scatterND(a as tf.Tensor2D, b, to),
  split: (a, _, n, sizes) => tf.split(a, sizes, n),
  conv2d: (a, b, n) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, n, 'same'),
  avgPool: (a, _, n) => tf.avgPool(a as tf.Tensor4D, 2, n, 'same'),
  pad: (a, _, n, widths) =>
    tf.pad(
      a,
      widths.map((width) => [width, n] as [number, number]),
    ),
  equal: (a, b) => tf.equal(a, b),
  oneHot: (a, _, n) => tf.oneHot(a, n),
  where: (a, b) => tf.where(tf.cast(a, 'bool'), a, b),
};

/** Each of `runs` calls on the current backend answers or throws an Error that says something. */
export function askAnything(runs: number): void {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(OPS)), operand, operand, axis, list, (name, a, b, n, numbers) => {
      try {
        tf.tidy(() => {
          const result = [
            OPS[name]!(tf.ones(a.shape, a.dtype), tf.ones(b.shape, b.dtype), n, numbers),
          ].flat() as tf.Tensor[];
          result.forEach((tensor) => tensor.dataSync());
        });
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect((error as Error).message).not.toBe('');
      }
    }),
    { numRuns: runs },
  );
}
