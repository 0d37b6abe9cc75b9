import { expect, test } from 'vitest';
import { pixelVectors } from './pixel-vectors.js';

test('each number is the mean of a channel over a square of 4 × 4 pixels, less the middle of a byte', async () => {
  const images = new Uint8Array(2 * 112 * 112 * 3).fill(127);
  const byteAt = (image: number, row: number, column: number, channel: number) =>
    ((image * 112 + row) * 112 + column) * 3 + channel;
  for (const [row, column] of [4, 5, 6, 7].flatMap((row) => [8, 9, 10, 11].map((column) => [row, column] as const)))
    images[byteAt(1, row, column, 2)] = 16 * (row - 4) + column; // 8 … 59: mean 33.5
  const vectors = await pixelVectors(images);
  expect(vectors).toHaveLength(2 * 28 * 28 * 3);
  const changed = ((28 + 1) * 28 + 2) * 3 + 2;
  expect(vectors[changed]).toBe(33.5 - 127.5);
  expect(new Set(vectors.filter((_, i) => i !== changed))).toEqual(new Set([-0.5]));
});
