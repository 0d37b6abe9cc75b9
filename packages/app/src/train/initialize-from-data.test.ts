import * as tf from '@tensorflow/tfjs';
import type { DistillationBatch } from '@lin/train';
import { expect, test } from 'vitest';
import { initializeFromData } from './initialize-from-data.js';

/** The bytes that g_x is initialised by, image after image, from batches of these. */
async function seen(batches: number[][][]): Promise<number[][]> {
  let pixels: number[][] = [];
  const data = {
    async *batches() {
      for (const images of batches)
        yield { images: Uint8Array.from(images.flat()), size: images.length } as DistillationBatch;
    },
  };
  const gx = {
    imageShape: [1, 1, 2],
    initialize: (x: tf.Tensor) =>
      void (pixels = tf.tidy(() => tf.reshape(tf.add(tf.mul(x, 127.5), 127.5), [-1, 2]).arraySync() as number[][])),
  };
  const before = tf.memory().numTensors;
  await initializeFromData(gx, data);
  expect(tf.memory().numTensors).toBe(before);
  return pixels.map((image) => image.map(Math.round));
}

test('g_x is initialised by the first batch alone', async () => {
  expect(await seen([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])).toEqual([[1, 2], [3, 4]]); // prettier-ignore
});

test('g_x is initialised by two batches of one image, which has no variance', async () => {
  expect(await seen([[[1, 2]], [[3, 4]], [[5, 6]]])).toEqual([[1, 2], [3, 4]]); // prettier-ignore
});
