import { expect, test } from 'vitest';
import { learningRateAt } from './learning-rate.js';
import { SCHEDULES, type ScheduleName } from './schedules.js';

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

test('step divides by ten at a half and at three quarters, or as it is told', () => {
  const at = (step: number, options = {}) =>
    learningRateAt(step, { learningRate: 8, schedule: 'step', totalSteps: 200, ...options });
  expect([0, 99, 100, 149, 150, 199].map((step) => at(step))).toEqual(
    [8, 8, 0.8, 0.8, 0.08, 0.08].map((rate) => expect.closeTo(rate, 12)),
  );
  const told = (step: number) => at(step, { milestones: [0.25], decay: 0.5, warmupSteps: 4 });
  expect([0, 1, 2, 3, 4, 49, 50, 500].map(told)).toEqual([2, 4, 6, 8, 8, 8, 4, 4]);
});

/** PyTorch's OneCycleLR, two phases with cosines: torch/optim/lr_scheduler.py. */
function oneCycleOfPyTorch(step: number, { peak, total, rise }: { peak: number; total: number; rise: number }): number {
  const [first, last] = [peak / 25, peak / 25 / 1e4];
  const anneal = (start: number, end: number, share: number) =>
    end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
  const ends = [rise * total - 1, total - 1] as const;
  return step <= ends[0]
    ? anneal(first, peak, step / ends[0])
    : anneal(peak, last, (step - ends[0]) / (ends[1] - ends[0]));
}

test('one-cycle is that of PyTorch at every step', () => {
  for (const [total, rise] of [
    [50, 0.3],
    [77, 0.3],
    [200, 0.1],
  ] as const) {
    for (let step = 0; step < total; step++) {
      const rate = learningRateAt(step, {
        learningRate: 0.4,
        schedule: 'one-cycle',
        totalSteps: total,
        warmupSteps: rise === 0.3 ? 0 : rise * total,
      });
      expect(rate).toBeCloseTo(oneCycleOfPyTorch(step, { peak: 0.4, total, rise }), 14);
    }
  }
  expect(learningRateAt(500, { learningRate: 0.4, schedule: 'one-cycle', totalSteps: 50 })).toBeCloseTo(0.4 / 25e4, 14);
});

test.each(Object.keys(SCHEDULES) as ScheduleName[])(
  '%s stays finite and at most at the peak, however short',
  (schedule) => {
    for (const totalSteps of [1, 2, 3, 10]) {
      for (const warmupSteps of [0, 1, 2, 5, 20]) {
        for (let step = 0; step < totalSteps + 3; step++) {
          const rate = learningRateAt(step, { learningRate: 3, schedule, warmupSteps, totalSteps });
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(3);
        }
      }
    }
  },
);
