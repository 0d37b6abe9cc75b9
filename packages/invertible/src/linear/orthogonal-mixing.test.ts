import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { OrthogonalMixing, ShapeError } from '../index.js';

/** What the layer makes of the identity: its matrix, rows for inputs. */
const matrixOf = (layer: OrthogonalMixing) =>
  tf.tidy(() => layer.apply(tf.eye(layer.inputShape[0]!)).arraySync() as number[][]);

/** x H₁ H₂ … Hₖ with Hᵢ = I − 2 vᵢ vᵢᵀ / |vᵢ|², in float64. */
function expectedMatrix(layer: OrthogonalMixing): number[][] {
  const normals = layer.normals.arraySync() as number[][];
  return normals.map((_, row) =>
    normals[0]!.reduce(
      (x, _, k) => {
        const v = normals.map((components) => components[k]!);
        const scale = (2 * v.reduce((sum, vi, i) => sum + vi * x[i]!, 0)) / v.reduce((sum, vi) => sum + vi * vi, 0);
        return x.map((xi, i) => xi - scale * v[i]!);
      },
      normals.map((_, i) => Number(i === row)),
    ),
  );
}

const sizes = [
  [1, 1],
  [2, 1],
  [5, 2],
  [6, 6],
  [7, 3],
  [8, 8],
  [16, 8],
  [12, 5],
];

describe.each(backends)('an orthogonal mixing on %s', (backend) => {
  useBackend(backend);

  test.each(sizes)('of %d channels is the product of %d Householder reflections', (channels, reflections) => {
    const layer = heat(new OrthogonalMixing({ shape: [channels], reflections, seed: 1 }), 2);
    const expected = expectedMatrix(layer).flat();
    // k reflections in float32 round by about 1e-7 each.
    matrixOf(layer)
      .flat()
      .forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(3e-6));
    layer.dispose();
  });

  test('keeps the length of every vector, whatever its parameters', () => {
    const layer = heat(new OrthogonalMixing({ shape: [3, 3, 10], seed: 1 }), 5);
    tf.tidy(() => {
      layer.normals.assign(tf.mul(layer.normals, 1000)); // only directions matter
      const x = normal([4, 3, 3, 10], 3);
      const norms = (t: tf.Tensor) => [...tf.norm(t, 'euclidean', -1).dataSync()];
      const expected = norms(x);
      norms(layer.apply(x)).forEach((norm, i) => expect(norm / expected[i]!).toBeCloseTo(1, 5));
    });
    layer.dispose();
  });

  test.each([0.1, 0])('is orthogonal also for 32 normals that point alike, spread by %d', (spread) => {
    const layer = new OrthogonalMixing({ shape: [48], reflections: 32, seed: 1 });
    tf.tidy(() =>
      layer.normals.assign(tf.add(tf.mul(layer.normals, spread), tf.slice(layer.normals, [0, 0], [-1, 1]))),
    );
    const expected = expectedMatrix(layer).flat();
    // Rounded by some 1e-6 a reflection. A series in powers of VᵀV would be off by thousands.
    matrixOf(layer)
      .flat()
      .forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4));
    layer.dispose();
  });

  test('mixes: every output depends on every input', () => {
    const layer = new OrthogonalMixing({ shape: [6], seed: 1 });
    matrixOf(layer)
      .flat()
      .forEach((entry) => expect(Math.abs(entry)).toBeGreaterThan(1e-6));
    layer.dispose();
  });
});

describe('the reflections of a mixing', () => {
  useBackend('cpu');

  test('are no more than the channels', () => {
    const layer = new OrthogonalMixing({ shape: [4, 4, 3], reflections: 8, seed: 1 });
    expect(layer.normals.shape).toEqual([3, 3]);
    layer.dispose();
  });

  test.each([
    ['none', { shape: [3], reflections: 0 }, RangeError, /reflections is 0: expected an integer of at least 1/],
    ['a fraction', { shape: [3], reflections: 1.5 }, RangeError, /reflections is 1.5/],
    ['no channels', { shape: [3, 0] }, ShapeError, /OrthogonalMixing: shape \[3, 0\]/],
  ])('%s are refused', (_, options, type, message) => {
    expect(() => new OrthogonalMixing({ ...options, seed: 1 })).toThrow(type);
    expect(() => new OrthogonalMixing({ ...options, seed: 1 })).toThrow(message);
  });
});
