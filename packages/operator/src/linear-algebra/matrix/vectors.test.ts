import { expect, test } from 'vitest';
import { random } from '../../../test/matrices.js';
import { trace } from './arithmetic.js';
import { rowOf } from './parts.js';
import { dot, dotInOrder } from './vectors.js';

const A = random(40, 67);
const pairs = Array.from({ length: 39 }, (_, i) => [rowOf(A, i), rowOf(A, i + 1)] as const);

test('a dot product in order has the digits of a plain loop, which four sums round otherwise', () => {
  const plain = pairs.map(([x, y]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0));
  expect(pairs.map(([x, y]) => dotInOrder(x, y))).toEqual(plain);
  const inFour = pairs.map(([x, y]) => dot(x, y));
  expect(inFour).not.toEqual(plain);
  inFour.forEach((value, i) => expect(value).toBeCloseTo(plain[i]!, 12));
});

test('the trace is the sum of the diagonal', () => {
  expect(trace({ rows: 2, cols: 2, data: Float64Array.of(1, 10, 100, 3) })).toBe(4);
});
