import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import { NotPositiveDefiniteError, Readout, ShapeError } from '../index.js';

const withWeights = (rows: number[][]) => {
  const readout = new Readout({ inputDim: rows[0]!.length, latentDim: rows.length, seed: 0 });
  tf.tidy(() => readout.weights.assign(tf.tensor2d(rows)));
  return readout;
};

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;

describe.each(backends)('a readout on %s', (backend) => {
  useBackend(backend);

  test('splits z by hand as by W and W⁺', () => {
    const readout = withWeights([
      [3, 0, 0, 0],
      [0, 0, 4, 0],
    ]);
    const { core, residual } = tf.tidy(() => {
      const split = readout.split(tf.tensor2d([[1, 2, 3, 5]]));
      return { core: split.core.arraySync(), residual: split.residual.arraySync() };
    });
    expect(core).toEqual([[3, 12]]);
    expect(residual).toEqual([[0, 2, 0, 5]]);
    readout.dispose();
  });

  test('has the log-determinant log 12 and the condition number 16/9 for W = diag(3, 4)', () => {
    const readout = withWeights([
      [3, 0, 0],
      [0, 4, 0],
    ]);
    expect(tf.tidy(() => readout.logDeterminant().dataSync()[0])).toBeCloseTo(Math.log(12), 6);
    expect(readout.condition()).toBeCloseTo(16 / 9, 9);
    readout.dispose();
  });

  test('has the condition number of its Gram matrix: (1 + ρ) / (1 − ρ) for unit rows with cosine ρ', () => {
    const readout = withWeights([
      [1, 0, 0],
      [0.6, 0.8, 0],
    ]);
    expect(readout.condition()).toBeCloseTo(1.6 / 0.4, 5); // 0.6 and 0.8 in float32
    readout.dispose();
  });

  test('merges what it split; the residual is in the null space of W, at right angles to what it took', () => {
    const dims = fc
      .integer({ min: 1, max: 12 })
      .chain((inputDim) =>
        fc.record({ inputDim: fc.constant(inputDim), latentDim: fc.integer({ min: 1, max: inputDim }) }),
      );
    fc.assert(
      fc.property(dims, fc.integer({ min: 0, max: 1e6 }), ({ inputDim, latentDim }, seed) => {
        const readout = new Readout({ inputDim, latentDim, seed });
        // Rounding is amplified by W⁺: by the square root of the Gram matrix's condition number at most, once for the core and once in the
        // lift.
        const tolerance = 2e-6 * readout.condition();
        tf.tidy(() => {
          const z = normal([3, inputDim], seed) as tf.Tensor2D;
          const { core, residual } = readout.split(z);
          expect(largest(tf.sub(readout.merge(core, residual), z))).toBeLessThan(1e-5 + tolerance);
          expect(largest(readout.core(residual))).toBeLessThan(1e-5 + tolerance);
          const taken = tf.sub(z, residual);
          expect(largest(tf.sum(tf.mul(taken, residual), 1))).toBeLessThan(1e-4 + 10 * tolerance);
        });
        readout.dispose();
      }),
      { numRuns: 30 },
    );
  });

  test('leaves no residual where it takes everything', () => {
    const readout = withWeights([
      [2, 1],
      [1, 1],
    ]);
    const residual = tf.tidy(() =>
      readout
        .split(
          tf.tensor2d([
            [1, -1],
            [3, 5],
          ]),
        )
        .residual.arraySync(),
    );
    residual.flat().forEach((x) => expect(Math.abs(x)).toBeLessThan(1e-5));
    readout.dispose();
  });

  test('follows its weights when they are assigned', () => {
    const readout = withWeights([[1, 0]]);
    const split = () => tf.tidy(() => readout.split(tf.tensor2d([[3, 5]])).residual.arraySync());
    expect(split()).toEqual([[0, 5]]);
    tf.tidy(() => readout.weights.assign(tf.tensor2d([[0, 2]])));
    expect(split()).toEqual([[3, 0]]);
    readout.dispose();
  });

  test('refuses weights without full row rank', () => {
    const readout = withWeights([
      [1, 2, 3],
      [2, 4, 6],
    ]);
    for (const use of [
      () => readout.split(tf.ones([1, 3])),
      () => readout.logDeterminant(),
      () => readout.condition(),
    ]) {
      expect(() => tf.tidy(use as () => void)).toThrow(NotPositiveDefiniteError);
    }
    readout.dispose();
  });
});

describe('mistakes with a readout', () => {
  useBackend('cpu');

  test.each([
    ['latentDim 0', { inputDim: 4, latentDim: 0 }, /latentDim is 0: expected an integer of at least 1/],
    ['latentDim 1.5', { inputDim: 4, latentDim: 1.5 }, /latentDim is 1.5/],
    ['a latent larger than the image', { inputDim: 4, latentDim: 5 }, /latentDim is 5: expected at most 4/],
  ])('%s', (_, dims, message) => {
    expect(() => new Readout({ ...dims, seed: 1 })).toThrow(RangeError);
    expect(() => new Readout({ ...dims, seed: 1 })).toThrow(message);
  });

  test.each<[string, (readout: Readout) => unknown, RegExp]>([
    ['z of another length', (readout) => readout.split(tf.zeros([2, 5])), /\[B, 4\].*\[2, 5\]/],
    ['a core of another length', (readout) => readout.merge(tf.zeros([2, 3]), tf.zeros([2, 4])), /\[B, 2\].*\[2, 3\]/],
    [
      'a residual of another length',
      (readout) => readout.merge(tf.zeros([2, 2]), tf.zeros([2, 3])),
      /\[B, 4\].*\[2, 3\]/,
    ],
    [
      'a core and a residual of two batches',
      (readout) => readout.merge(tf.zeros([1, 2]), tf.zeros([3, 4])),
      /\[1, 2\].*\[3, 4\]/,
    ],
  ])('%s', (_, mistake, message) => {
    const readout = new Readout({ inputDim: 4, latentDim: 2, seed: 1 });
    expect(() => tf.tidy(() => void mistake(readout))).toThrow(ShapeError);
    expect(() => tf.tidy(() => void mistake(readout))).toThrow(message);
    readout.dispose();
  });
});
