import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { on, readyBackends } from '../../test/backends.js';
import { traceKernels } from './kernel-calls.js';

const [tensorflow, wasm] = await readyBackends(); // webgpu does not give values at once

describe.each([tensorflow, wasm])('a trace of kernels on $title', ({ name: backend, skipped }) => {
  test.skipIf(skipped)(
    'has what leads from the argument to the result, and the values of what does not depend on it',
    () => {
      on(backend, () =>
        tf.tidy(() => {
          const [w, x] = [
            tf.tensor2d([
              [1, 2],
              [3, 4],
            ]),
            tf.tensor2d([[1, 1]]),
          ];
          const { input, output, calls } = traceKernels(x, (z) => {
            tf.exp(z); // leads nowhere
            return tf.tidy(() => tf.relu(tf.matMul(z as tf.Tensor2D, tf.mul(w, 2) as tf.Tensor2D, false, true)));
          });
          expect(calls.map(({ name }) => name)).toEqual(['BatchMatMul', 'Relu']);
          expect(calls[0]!.attributes).toMatchObject({ transposeA: false, transposeB: true });
          const { a, b } = calls[0]!.inputs;
          expect(a).toEqual(input);
          expect([b!.shape, [...Array.from(b!.constant!)]]).toEqual([
            [2, 2],
            [2, 4, 6, 8],
          ]);
          expect(calls[1]!.outputs).toEqual([output]);
          expect(output.shape).toEqual([1, 2]);
        }),
      );
    },
  );

  test.skipIf(skipped)('sees through gradients that a function states itself, and leaves nothing behind', () => {
    on(backend, () => {
      const x = tf.tensor1d([1, 2]);
      const before = tf.memory().numTensors;
      const doubled = tf.customGrad((z) => ({ value: tf.mul(z as tf.Tensor, 2), gradFunc: (dy: tf.Tensor) => dy }));
      const { calls } = traceKernels(x, (z) => tf.neg(doubled(z)));
      expect(calls.map(({ name }) => name)).toEqual(['Multiply', 'Neg']);
      expect(tf.memory().numTensors).toBe(before);
      expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false);
      x.dispose();
    });
  });

  test.skipIf(skipped)('refuses a result that does not depend on the argument, and records nothing afterwards', () => {
    on(backend, () => {
      const x = tf.scalar(1);
      expect(() => traceKernels(x, () => tf.scalar(2))).toThrow('the result does not depend on the argument');
      expect(() =>
        traceKernels(x, () => {
          throw new Error('of the function');
        }),
      ).toThrow('of the function');
      expect(Object.hasOwn(tf.engine(), 'runKernel')).toBe(false);
      x.dispose();
    });
  });
});
