import { beforeAll, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { pendulum } from './pendulum.js';

beforeAll(() => initEngine());

test('the pendulum: powers are repetition, steps come near the truth, half steps that were not trained too', async () => {
  const { numbers } = await pendulum({
    steps: 200,
    batchSize: 64,
    numBlocks: 4,
    hiddenDim: 24,
  });
  expect(numbers.powerIsRepetition).toBeLessThan(1e-4); // f∘f∘… and f.power(20), whatever was learned
  expect(numbers.errors.oneStep).toBeLessThan(0.3 * numbers.spread);
  expect(numbers.errors.halfAStep).toBeLessThan(0.3 * numbers.spread);
  expect(numbers.decay[0]).toBeCloseTo(numbers.decay[1]!, 1);
  expect(Math.abs(numbers.angle[0]! - numbers.angle[1]!)).toBeLessThan(0.12); // large swings are slower than small ones
});
