import { beforeAll, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { eightGaussians } from './eight-gaussians.js';
import { faces } from './faces.js';

beforeAll(() => initEngine());

test('eight Gaussians: one step is the hundred steps, and the way to the noise leads back', async () => {
  const { numbers } = await eightGaussians({ steps: 60, batchSize: 64, numBlocks: 4, hiddenDim: 16 });
  expect(numbers.oneStepFromHundred).toBeLessThan(1e-4); // relative, in float32, however little was trained
  expect(numbers.inversion).toBeLessThan(1e-2);
  expect(numbers.slicedWasserstein).toBeLessThan(numbers.ofNoise);
  expect(numbers.timesFaster).toBeGreaterThan(1.5); // some dozens on a quiet machine
});

test('faces: the same of images', async () => {
  const { numbers, figures } = await faces({
    steps: 3,
    batchSize: 4,
    numBlocks: 2,
    hiddenDim: 8,
    rank: 1,
    people: 16,
    count: 8,
  });
  expect(numbers.oneStepFromHundred).toBeLessThan(1e-4);
  expect(numbers.inversion).toBeLessThan(1e-2);
  expect(figures.faces.svg.match(/<image/g)).toHaveLength(5 * 8);
}, 120_000);
