import { expect, test } from 'vitest';
import { learningRateAt } from './learning-rate.js';

test('constant is constant', () => {
  for (const step of [0, 5, 99]) expect(learningRateAt(step, { learningRate: 0.1, totalSteps: 100 })).toBe(0.1);
});

test('warm-up rises linearly and reaches the peak at its last step', () => {
  const at = (step: number) => learningRateAt(step, { learningRate: 1, warmupSteps: 4, totalSteps: 100 });
  expect([0, 1, 2, 3, 4].map(at)).toEqual([0.25, 0.5, 0.75, 1, 1]);
});

test('cosine falls from the peak through a half to zero', () => {
  const at = (step: number) =>
    learningRateAt(step, { learningRate: 2, schedule: 'cosine', warmupSteps: 10, totalSteps: 110 });
  expect(at(10)).toBeCloseTo(2, 12);
  expect(at(35)).toBeCloseTo(1 + Math.SQRT1_2, 12); // a quarter of the way: cos(π/4)
  expect(at(60)).toBeCloseTo(1, 12);
  expect(at(110)).toBeCloseTo(0, 12);
  expect(at(500)).toBeCloseTo(0, 12); // a run that was lengthened after its schedule ended
});
