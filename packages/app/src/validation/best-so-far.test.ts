import { expect, test } from 'vitest';
import { bestSoFar, isOutOfPatience } from './best-so-far.js';

const byCosine = { figure: 'cosine', patience: 2 } as const;

test('is the step with the largest figure, and how many looks have been since', () => {
  let best = bestSoFar(undefined, 10, { cosine: 0.5 }, byCosine);
  expect(best).toEqual({ step: 10, figure: 'cosine', value: 0.5, since: 0 });
  best = bestSoFar(best, 20, { cosine: 0.6, accuracy: 0.1 }, byCosine);
  expect(best).toEqual({ step: 20, figure: 'cosine', value: 0.6, since: 0 });
  best = bestSoFar(best, 30, { cosine: 0.6 }, byCosine); // not better
  expect([best!.step, best!.since, isOutOfPatience(best, byCosine)]).toEqual([20, 1, false]);
  best = bestSoFar(best, 40, { cosine: 0.4 }, byCosine);
  expect([best!.step, best!.since, isOutOfPatience(best, byCosine)]).toEqual([20, 2, true]);
  expect(isOutOfPatience(best, { figure: 'cosine', patience: null })).toBe(false);
  expect(isOutOfPatience(undefined, byCosine)).toBe(false);
});

test('of the inverse error is the smallest', () => {
  const choice = { figure: 'inverse_error', patience: null } as const;
  const first = bestSoFar(undefined, 1, { cosine: 0.5, inverseError: 1e-5 }, choice);
  expect(bestSoFar(first, 2, { cosine: 0.9, inverseError: 1e-4 }, choice)).toMatchObject({ step: 1, since: 1 });
  expect(bestSoFar(first, 2, { cosine: 0.1, inverseError: 1e-6 }, choice)).toMatchObject({ step: 2, since: 0 });
});

test('is not there while the figure cannot be measured, and forgets what another figure chose', () => {
  const byAccuracy = { figure: 'accuracy', patience: 1 } as const;
  expect(bestSoFar(undefined, 1, { cosine: 0.5 }, byAccuracy)).toBeUndefined();
  const before = bestSoFar(undefined, 1, { cosine: 0.9 }, byCosine);
  expect(bestSoFar(before, 2, { cosine: 0.9, accuracy: 0.6 }, byAccuracy)).toMatchObject({ step: 2, value: 0.6 });
});
