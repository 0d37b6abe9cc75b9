import { beforeAll, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { projector } from './projector.js';

beforeAll(() => initEngine());

test('the projector is idempotent, however little it was trained', async () => {
  const { numbers, figures } = await projector({ steps: 30, batchSize: 32, numBlocks: 6, hiddenDim: 24 });
  expect(numbers.idempotency).toBeLessThan(1e-5);
  expect(numbers.besideBefore).toBeGreaterThan(0.1);
  expect(figures.projector.svg).toContain('two arcs');
});
