import { beforeAll, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { style } from './style.js';

beforeAll(() => initEngine());

test('styles are mixed in the induced space: f of the mixed operator is the mixture of the styles', async () => {
  const { numbers, figures } = await style({ steps: 12, batchSize: 4, numBlocks: 2, hiddenDim: 8, faces: 8 });
  expect(numbers.linearity).toBeLessThan(1e-4);
  expect(numbers.inverse).toBeLessThan(1e-5);
  expect(numbers.errors['blur']).toBeLessThan(numbers.fromInput['heat']!);
  expect(figures.style.svg.match(/<image/g)).toHaveLength(4 * 7);
});
