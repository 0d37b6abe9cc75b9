import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { coreOf, product, toyRun, unit, type ToyImage } from '../../test/toy-run.js';
import { cosinesTo, embeddingsOfCores, latentsOf, ROWS_AT_ONCE, someKeys } from './latents.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const images: ToyImage[] = Array.from({ length: 8 }, (_, i) => ({
  bytes: [10 * i, 255 - 20 * i],
  label: Math.floor(i / 2),
  target: [1, i, -i],
  damaged: i === 4,
}));
const A = [
  [1, 2],
  [0, -1],
  [3, 0.5],
];
const run = toyRun({ images, heldOut: [3], A });
const close = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
};

describe('the latents of a run', () => {
  test('are the cores, targets and labels of the keys, in their order, without damaged images', async () => {
    const before = tf.memory().numTensors;
    const latents = await latentsOf(run, Float64Array.of(7, 5, 1, 2)); // image 5 is damaged
    expect(tf.memory().numTensors).toBe(before);
    expect([...latents.keys]).toEqual([7, 1, 2]);
    expect([...latents.labels]).toEqual([3, 0, 0]);
    const found = [images[6]!, images[0]!, images[1]!];
    expect([latents.cores.rows, latents.cores.cols, latents.targets.rows, latents.targets.cols]).toEqual([3, 2, 3, 3]);
    close(latents.cores.data, found.flatMap(coreOf));
    close(
      latents.targets.data,
      found.flatMap(({ target }) => unit(target)),
    );
  });

  test('of images that are all damaged are empty', async () => {
    const { keys, cores } = await latentsOf(run, Float64Array.of(5));
    expect([keys.length, cores.rows, cores.data.length]).toEqual([0, 0, 0]);
  });
});

test('embeddings of cores are g_y⁻¹(A z), however many there are', async () => {
  const rows = ROWS_AT_ONCE + 3;
  const data = Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin(i));
  const other = { rows: 3, cols: 2, data: Float64Array.from(A.flat(), (value) => -2 * value) }; // not the model's own
  const before = tf.memory().numTensors;
  const embeddings = await embeddingsOfCores(run, { rows, cols: 2, data }, other);
  expect(tf.memory().numTensors).toBe(before);
  const expected = Array.from({ length: rows }, (_, i) => product(A, [-2 * data[2 * i]!, -2 * data[2 * i + 1]!]));
  close(embeddings, expected.flat());
});

test('cosines are those of each row, whatever its length; of a row of zeros, 0', () => {
  const targets = { rows: 3, cols: 2, data: Float64Array.of(1, 0, 0.6, 0.8, 0, 1) };
  close(cosinesTo(targets, Float32Array.of(5, 5, 30, 40, 0, 0)), [Math.SQRT1_2, 1, 0]);
});

test('some keys are evenly spaced, or all of them', () => {
  const keys = Float64Array.from({ length: 10 }, (_, i) => 100 + i);
  expect([...someKeys(keys, 5)]).toEqual([100, 102, 104, 106, 108]);
  expect([...someKeys(keys, 4)]).toEqual([100, 102, 105, 107]);
  expect([...someKeys(keys, 99)]).toEqual([...keys]);
});
