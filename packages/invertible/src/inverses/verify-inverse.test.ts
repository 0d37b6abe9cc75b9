import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat } from '../../test/hot.js';
import {
  chain,
  ElementwiseAffine,
  ImageFlow,
  Permutation,
  verifyInverse,
  VectorFlow,
  type ImageBijection,
  type InverseVerification,
  type Invertible,
  type VerifyInverseOptions,
} from '../index.js';

/** Random bytes as pixels in [−1, 1]. */
const images = (batch: number, shape: readonly number[], seed = 1) =>
  tf.sub(tf.div(tf.floor(tf.randomUniform([batch, ...shape], 0, 256, 'float32', seed)), 127.5), 1) as tf.Tensor4D;

function verify(
  bijection: ImageBijection | Invertible,
  x: () => tf.Tensor,
  options?: VerifyInverseOptions,
): InverseVerification {
  const batch = tf.tidy(x) as tf.Tensor4D;
  const verification = verifyInverse(bijection, batch, options);
  batch.dispose();
  return verification;
}

/** Images of 2×2×2 whose first half of entries is scaled to the core and second half to the residual. */
function scaling(core: number, residual: number, damage = (x: tf.Tensor) => x): ImageBijection {
  return {
    encode: (x) => {
      const [first, second] = tf.split(tf.reshape(x, [-1, 8]), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      return { core: tf.mul(first, core), residual: tf.mul(second, residual), logDet: tf.zeros([x.shape[0]!]) };
    },
    decode: (z, rest) =>
      damage(tf.reshape(tf.concat([tf.div(z, core), tf.div(rest, residual)], 1), [-1, 2, 2, 2])) as tf.Tensor4D,
  };
}

describe.each(backends)('the verification of an inverse on %s', (backend) => {
  useBackend(backend);

  test.each([
    [2, 4, 1 / 2],
    [4, 0.1, 10],
    [1, 1, 1],
  ])('of a map that scales the core by %d and the residual by %d measures a gain of %d', (core, residual, gain) => {
    const { samples: count, maxError, exactBytes, gains } = verify(scaling(core, residual), () => images(5, [2, 2, 2]));
    expect([count, gains.length]).toEqual([5, 5]);
    for (const measured of gains) expect(measured / gain).toBeCloseTo(1, 3);
    expect(maxError).toBeLessThan(1e-6);
    expect(exactBytes).toBe(1);
  });

  test('measures the gain of each image of its own', () => {
    // The inverse squares: its local gain at z is about 2 |z| along each axis.
    const squaring: ImageBijection = {
      encode: (x) => ({
        core: tf.reshape(tf.sqrt(x), [-1, 4]) as tf.Tensor2D,
        residual: tf.zeros([x.shape[0]!, 4]),
        logDet: tf.zeros([x.shape[0]!]),
      }),
      decode: (core, residual) =>
        tf.reshape(tf.add(tf.square(core), tf.mul(residual, 1e-3)), [-1, 2, 2, 1]) as tf.Tensor4D,
    };
    const { gains } = verify(squaring, () => tf.stack([tf.fill([2, 2, 1], 0.25), tf.fill([2, 2, 1], 1)]));
    expect(gains[0]).toBeCloseTo(2 * 0.5, 1);
    expect(gains[1]).toBeCloseTo(2 * 1, 1);
  });

  test('reports the largest error and the share of bytes that survive it', () => {
    // One byte of eight is off by one, in one image of two.
    const offByOne = (x: tf.Tensor) =>
      tf.add(x, tf.reshape(tf.tensor1d([1 / 127.5, ...Array<number>(15).fill(0)]), [2, 2, 2, 2]));
    const { maxError, exactBytes } = verify(scaling(2, 2, offByOne), () => tf.fill([2, 2, 2, 2], -1));
    expect(maxError).toBeCloseTo(1 / 127.5, 6);
    expect(exactBytes).toBe(15 / 16);
  });

  test('counts a byte as exact while its pixel is off by less than half a step', () => {
    const off = (steps: number) =>
      verify(
        scaling(1, 1, (x) => tf.add(x, steps / 127.5)),
        () => images(2, [2, 2, 2]),
      ).exactBytes;
    expect([off(0.49), off(0.51)]).toEqual([1, 0]);
  });

  test('is finite for a black core or an empty residual', () => {
    const { gains, exactBytes } = verify(scaling(1, 2), () => tf.zeros([3, 2, 2, 2]));
    for (const gain of gains) expect(gain).toBeCloseTo(1, 3);
    expect(exactBytes).toBe(1);
  });

  test('does not take NaN for exact', () => {
    const { maxError, exactBytes } = verify(
      scaling(1, 1, (x) => tf.mul(x, NaN)),
      () => images(2, [2, 2, 2]),
    );
    expect(maxError <= 1).toBe(false);
    expect(exactBytes).toBe(0);
  });

  test('depends on nothing but its seed', () => {
    const measure = (seed?: number) => [...verify(scaling(3, 0.3), () => images(4, [2, 2, 2]), { seed }).gains];
    expect(measure(1)).toEqual(measure(1));
    expect(measure()).toEqual(measure(0));
    expect(measure(2)).not.toEqual(measure(1));
  });

  test('knows the constants of a scaling: its inverse stretches by the reciprocal, and each layer of a chain has its share', () => {
    const scaled = (factor: number) => {
      const layer = new ElementwiseAffine({ shape: [4] });
      tf.tidy(() => layer.logScale.assign(tf.fill(layer.logScale.shape, Math.log(factor))));
      return layer;
    };
    // The log-scale is bounded softly: what a factor of 1.5 becomes is read off a sample.
    const layers = [scaled(1.5), new Permutation({ shape: [4], seed: 1 }), scaled(0.8)];
    const effective = layers.map((layer) => tf.tidy(() => tf.max(layer.apply(tf.ones([1, 4]))).dataSync()[0]!));
    const total = effective[0]! * effective[2]!;
    const {
      gain,
      biLipschitz,
      layers: measured,
    } = verify(chain(...layers), () => tf.randomNormal([9, 4], 0, 1, 'float32', 3));
    for (const value of Object.values(gain)) expect(value).toBeCloseTo(1 / total, 3);
    for (const value of Object.values(biLipschitz)) expect(value).toBeCloseTo(total, 3);
    expect(measured.map(({ name }) => name)).toEqual(['ElementwiseAffine', 'Permutation', 'ElementwiseAffine']);
    measured.forEach(({ gain: ofLayer, error }, i) => {
      expect(ofLayer).toBeCloseTo(1 / effective[i]!, 3);
      expect(error).toBeLessThan(1e-6);
    });
    layers.forEach((layer) => layer.dispose());
  });

  test('measures no layer by itself where that is not wanted, and the whole as ever', () => {
    const scaling = new ElementwiseAffine({ shape: [2] });
    const flow = chain(scaling, new Permutation({ shape: [2], order: [1, 0] }));
    const x = tf.tensor2d([[1, -2]]);
    const { layers, ...whole } = verifyInverse(flow, x);
    expect(layers).toHaveLength(2);
    expect(verifyInverse(flow, x, { layers: false })).toEqual({ ...whole, layers: [] });
    tf.dispose(x);
    flow.dispose();
  });

  test('names the worst sample, and NaN before any number', () => {
    const damaged = (sample: number, by: number) =>
      scaling(1, 1, (x) =>
        tf.add(x, tf.mul(tf.reshape(tf.oneHot(tf.tensor1d([sample], 'int32'), 3), [3, 1, 1, 1]), by)),
      );
    const worst = (by: number) => verify(damaged(1, by), () => images(3, [2, 2, 2])).worst;
    expect(worst(0.5).sample).toBe(1);
    expect(worst(0.5).error).toBeCloseTo(0.5, 5);
    expect(Number.isNaN(worst(NaN).error)).toBe(true);
  });

  test('says in a sentence which bound does not hold, and nothing where all do', () => {
    const damaged = scaling(1, 0.1, (x) => tf.add(x, 0.01));
    const bounds = { maxError: 1e-4, meanError: 1, gainP99: 5, gainMax: 20, exactBytes: 1 };
    const { violations } = verify(damaged, () => images(3, [2, 2, 2]), { bounds });
    expect(violations.map((sentence) => sentence.split(':')[0])).toEqual(['maxError', 'gainP99', 'exactBytes']);
    expect(violations[0]).toMatch(
      /^maxError: the largest error, in sample \d, is 0\.0100, expected at most 0\.0001\.$/,
    );
    expect(verify(scaling(1, 1), () => images(3, [2, 2, 2]), { bounds }).violations).toEqual([]);
  });

  test('a bound of a value that is NaN does not hold', () => {
    const { violations } = verify(
      scaling(1, 1, (x) => tf.mul(x, NaN)),
      () => images(2, [2, 2, 2]),
      { bounds: { maxError: 1, gainMax: 1 } },
    );
    expect(violations).toHaveLength(2);
  });

  test.each<[string, () => Invertible | ImageFlow, number[], number]>([
    ['a vector flow', () => new VectorFlow({ dim: 6, numBlocks: 4, hiddenDim: 8 }), [6], 6],
    [
      'an image flow',
      () => new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] }),
      [16, 16, 1],
      12,
    ],
  ])('takes %s and looks at its layers', (_, make, shape, count) => {
    const flow = heat(make(), 1, 0.1);
    const { layers, gain } = verify(flow, () => images(2, shape));
    expect(layers).toHaveLength(count);
    expect(gain.p50).toBeLessThanOrEqual(gain.p99);
    expect(gain.p99).toBeLessThanOrEqual(gain.max);
    flow.dispose();
  });
});
