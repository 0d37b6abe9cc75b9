import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { arcFaceLoss } from './arcface.js';

beforeAll(() => initEngine({ backend: 'cpu' }));

/** The closed form in float64, by angles: what the paper's equation 3 says, and past θ + m = π its authors' continuation. */
function reference(
  embeddings: number[][],
  classes: number[][],
  labels: number[],
  scale: number,
  margin: number,
): number {
  const cosine = (x: number[], y: number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0) / (Math.hypot(...x) * Math.hypot(...y));
  const losses = embeddings.map((x, i) => {
    const logits = classes.map((w, j) => {
      const angle = Math.acos(Math.min(1, Math.max(-1, cosine(x, w))));
      if (j !== labels[i]) return scale * Math.cos(angle);
      return (
        scale * (angle + margin < Math.PI ? Math.cos(angle + margin) : Math.cos(angle) - margin * Math.sin(margin))
      );
    });
    const top = Math.max(...logits);
    return top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0)) - logits[labels[i]!]!;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const loss = (
  embeddings: number[][],
  classes: number[][],
  labels: number[],
  options?: { scale?: number; margin?: number },
) =>
  tf.tidy(
    () =>
      arcFaceLoss(tf.tensor2d(embeddings), tf.tensor2d(classes), tf.tensor1d(labels, 'int32'), options).dataSync()[0]!,
  );

/** Away from zero, where a vector has no direction. */
const coordinate = fc.oneof(
  fc.double({ min: 0.1, max: 3, noNaN: true }),
  fc.double({ min: -3, max: -0.1, noNaN: true }),
);
const vectors = (count: number) =>
  fc.array(fc.array(coordinate, { minLength: 4, maxLength: 4 }), { minLength: count, maxLength: count });

describe('the ArcFace loss', () => {
  test('is the closed form of float64, whatever the lengths of embeddings and classes', () => {
    const labels = fc.array(fc.nat(4), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        vectors(3),
        vectors(5),
        labels,
        fc.double({ min: 1, max: 64, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, w, y, scale, margin) => {
          const expected = reference(x, w, y, scale, margin);
          // float32 keeps a cosine to 1e-7, but the sine of a small angle only to 3e-4; the scale multiplies both
          expect(Math.abs(loss(x, w, y, { scale, margin }) - expected)).toBeLessThan(scale * 4e-4);
        },
      ),
    );
  });

  test('without a margin is the softmax of cosines', () => {
    expect(
      loss(
        [[2, 0]],
        [
          [1, 0],
          [0, 3],
        ],
        [0],
        { scale: 2, margin: 0 },
      ),
    ).toBeCloseTo(Math.log(1 + Math.exp(-2)), 6);
  });

  test('of an embedding opposite to its class goes on falling as it turns towards it', () => {
    const at = (angle: number) =>
      loss(
        [[Math.cos(angle), Math.sin(angle)]],
        [
          [-1, 0],
          [0, -1],
        ],
        [0],
      );
    const turning = [0, 0.1, 0.2, 0.3, 0.4].map(at);
    expect(turning).toEqual([...turning].sort((a, b) => b - a));
    expect(new Set(turning).size).toBe(5);
  });

  test('has the gradient that differences of the closed form give', () => {
    const [x, w, y] = [
      [
        [0.3, -1.2, 0.7],
        [-0.5, 0.4, 2],
      ],
      [
        [1, -1, 0.2],
        [0.1, 0.9, 1.1],
        [-1, 0.3, -0.4],
      ],
      [0, 2],
    ];
    const options = { scale: 8, margin: 0.4 };
    const gradient = tf.tidy(() =>
      tf
        .grad((embeddings: tf.Tensor) =>
          arcFaceLoss(embeddings as tf.Tensor2D, tf.tensor2d(w), tf.tensor1d(y, 'int32'), options),
        )(tf.tensor2d(x))
        .arraySync(),
    ) as number[][];
    const step = 1e-6;
    for (const [i, row] of x.entries()) {
      for (const [j] of row.entries()) {
        const moved = (by: number) =>
          reference(
            x.map((r, k) => r.map((value, l) => value + (k === i && l === j ? by : 0))),
            w,
            y,
            8,
            0.4,
          );
        expect(gradient[i]![j]!).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 4);
      }
    }
  });

  test('has a finite gradient where an embedding is exactly its class', () => {
    const gradient = tf.tidy(() =>
      tf
        .grad((x: tf.Tensor) =>
          arcFaceLoss(
            x as tf.Tensor2D,
            tf.tensor2d([
              [1, 0],
              [0, 1],
            ]),
            tf.tensor1d([0], 'int32'),
          ),
        )(tf.tensor2d([[5, 0]]))
        .dataSync(),
    );
    expect([...gradient].every(Number.isFinite)).toBe(true);
  });

  test.each([
    [{ scale: 0 }, 'arcFaceLoss: scale is 0; expected more than 0.'],
    [{ margin: -0.1 }, 'arcFaceLoss: margin is -0.1; expected radians in [0, π/2).'],
    [{ margin: 2 }, 'arcFaceLoss: margin is 2; expected radians in [0, π/2).'],
  ])('refuses %o', (options, message) => {
    expect(() => loss([[1, 0]], [[1, 0]], [0], options)).toThrow(message);
  });
});
