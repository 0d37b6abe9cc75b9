// An orthogonal operator of many reflections keeps the length of what it maps: structure.test.ts, and at length the slow one.
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { OrthogonalOperator } from '../src/index.js';

export function expectKeptLengths(dim: number): void {
  const operator = new OrthogonalOperator({ dim, seed: 3 });
  const ratio = tf.tidy(() => {
    operator.normals.assign(tf.randomNormal([dim, dim], 0, 1, 'float32', 5));
    const z = tf.randomNormal<tf.Rank.R2>([4, dim], 0, 1, 'float32', 7);
    return tf.div(tf.norm(operator.apply(z), 'euclidean', 1), tf.norm(z, 'euclidean', 1)).dataSync();
  });
  operator.dispose();
  ratio.forEach((value) => expect(Math.abs(value - 1)).toBeLessThan(1e-5)); // √512 · 2⁻²⁴, over a few products
}
