// Densities of the plane that flows are shown and tested on.
import * as tf from '@tensorflow/tfjs-core';
import { NormalMixture } from '../src/index.js';

/** Two half circles of radius 1 that reach into each other, with normal noise (as scikit-learn's make_moons), standardised: [count, 2]. */
export function twoMoons(count: number, seed: number, noise = 0.05): tf.Tensor2D {
  return tf.tidy(() => {
    const angle = tf.mul(tf.randomUniform([count], 0, 1, 'float32', 2 * seed + 1), Math.PI);
    const lower = tf.greaterEqual(tf.range(0, count), count / 2);
    const x = tf.where(lower, tf.sub(1, tf.cos(angle)), tf.cos(angle));
    const y = tf.where(lower, tf.sub(0.5, tf.sin(angle)), tf.sin(angle));
    const points = tf.add(tf.stack([x, y], 1), tf.randomNormal([count, 2], 0, noise, 'float32', 2 * seed + 2));
    return tf.div(tf.sub(points, [0.5, 0.25]), [0.87, 0.5]);
  });
}

/** Eight normal distributions on a circle of radius 2, of deviation 0.2. */
export const eightGaussians = () =>
  new NormalMixture({
    means: Array.from({ length: 8 }, (_, k) => [2 * Math.cos((k * Math.PI) / 4), 2 * Math.sin((k * Math.PI) / 4)]),
    deviations: 0.2,
  });

/** Points spread evenly over the marked pixels of a picture, standardised to a height of 3: [count, 2]. */
export function pictureDensity(rows: readonly string[], count: number, seed: number): tf.Tensor2D {
  const marked = rows.flatMap((row, y) =>
    [...row].flatMap((pixel, x) => (pixel === '#' ? [[x, rows.length - 1 - y]] : [])),
  );
  return tf.tidy(() => {
    const chosen = tf.randomUniform([count], 0, 1, 'float32', 2 * seed + 1).dataSync();
    const corners = tf.tensor2d(
      Array.from(chosen, (u) => marked[Math.min(marked.length - 1, Math.floor(u * marked.length))]!),
    );
    const points = tf.add(corners, tf.randomUniform([count, 2], 0, 1, 'float32', 2 * seed + 2));
    return tf.mul(tf.sub(points, [rows[0]!.length / 2, rows.length / 2]), 3 / rows.length);
  });
}

export const LIN = [
  '#....#.....',
  '#..........',
  '#....#.###.',
  '#....#.#..#',
  '#....#.#..#',
  '#....#.#..#',
  '####.#.#..#',
];
