import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { fromRows, identity, multiply, transpose } from '@lin/operator';
import { people } from '../../test/people.js';
import { randomMatrix } from '../../test/random-matrix.js';
import { LinearizerError } from '../errors.js';
import { neutralValue } from './neutral-value.js';

beforeAll(() => tf.setBackend('cpu'));

const [M, N] = [10, 8];
const { latents, labels } = people({ count: 400, dim: N, images: 4, scatter: 1 });
const A = randomMatrix(M, N, 3);

/** ‖E u‖ of the embeddings of other people's images about `value`: what they have in common. */
function common(decode: (values: tf.Tensor2D) => tf.Tensor2D, value: Float64Array): number {
  const others = people({ count: 400, dim: N, images: 4, scatter: 1, seed: 9 });
  const centred = others.latents.data.map((number, k) => {
    const first = Math.floor(k / N / 4) * 4;
    const column = [0, 1, 2, 3].map((i) => others.latents.data[(first + i) * N + (k % N)]!);
    return (number - column.reduce((sum, x) => sum + x, 0) / 4) * Math.sqrt(4 / 3); // as widely as about the true mean
  });
  const values = multiply({ ...others.latents, data: centred }, transpose(A));
  return tf.tidy(() => {
    const embeddings = decode(tf.add(tf.tensor2d(Float32Array.from(values.data), [values.rows, M]), Array.from(value)));
    const units = tf.div(embeddings, tf.norm(embeddings, 2, 1, true));
    return tf.norm(tf.mean(units, 0)).dataSync()[0]!;
  });
}

test('is the point that a network maps to zero where it only moves and turns', async () => {
  const move = Array.from({ length: M }, (_, i) => (i % 3) - 0.8);
  const value = await neutralValue({
    A,
    latents,
    labels,
    decode: (values) => tf.reverse(tf.add(values, move), 1) as tf.Tensor2D,
  });
  // chance gives 0.025 to the mean of 1600 units; deviations are about 3 long
  value.forEach((number, i) => expect(Math.abs(number + move[i]!)).toBeLessThan(0.25));
});

test('leaves nothing in common of other images where the network bends, and zero leaves much', async () => {
  const bend = (values: tf.Tensor2D) => tf.add(values, tf.mul(0.5, tf.square(values))) as tf.Tensor2D;
  const value = await neutralValue({ A, latents, labels, decode: bend });
  expect(common(bend, new Float64Array(M))).toBeGreaterThan(0.2);
  expect(common(bend, value)).toBeLessThan(0.1); // chance gives 0.025 to the mean of 1600 units, here and where it was found
});

test('leaves no tensors behind', async () => {
  const before = tf.memory().numTensors;
  await neutralValue({ A, latents, labels, decode: (values) => tf.mul(values, 2) });
  expect(tf.memory().numTensors).toBe(before);
});

test.each([
  ['labels of another number', { labels: [1] }, /1600 latents of 8 numbers with 1 labels/],
  ['latents of another length', { A: identity(3) }, /expected a label for each, and 3 numbers/],
  ['one image of each', { labels: labels.map((_, i) => i) }, /expected two different images of someone/],
  [
    'the same image twice',
    { latents: fromRows(Array<number[]>(1600).fill([1, 2, 3, 4, 5, 6, 7, 8])) },
    /do not differ/,
  ],
  ['latents that are not finite', { latents: { ...latents, data: latents.data.map(() => NaN) } }, /not finite/],
])('refuses %s', async (_, change, message) => {
  const made = neutralValue({ A, latents, labels, decode: (values) => values, ...change });
  await expect(made).rejects.toThrow(LinearizerError);
  await expect(made).rejects.toThrow(message);
});
