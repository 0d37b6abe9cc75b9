// Each loss that a configuration can name against its definition in float64, and its gradient against differences of that.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { huberLoss } from './huber.js';
import { LOSSES, type LossName } from './losses.js';

beforeAll(() => initEngine({ backend: 'cpu' }));

const DIM = 5;

const unit = (x: readonly number[]) => x.map((value) => value / Math.hypot(...x));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const errors = (x: readonly number[], t: readonly number[]) => unit(x).map((value, i) => value - t[i]!);

/** Huber 1964, equation of ρ: of one error. */
const huber = (error: number, delta: number) =>
  Math.abs(error) <= delta ? error ** 2 / 2 : delta * (Math.abs(error) - delta / 2);

type Rows = readonly (readonly number[])[];

/** Of one prediction and its unit target, as the mean over the batch. */
const meanOf = (loss: (x: readonly number[], t: readonly number[]) => number) => (x: Rows, t: Rows) =>
  mean(x.map((row, i) => loss(row, t[i]!)));

const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
const cosineOf = (x: readonly number[], y: readonly number[]) => dot(unit(x), unit(y));

/** Of predictions and their unit targets, in float64. A loss that has none is held to itself. */
const DEFINITIONS: Partial<Record<LossName, (x: Rows, t: Rows) => number>> = {
  'unit-mse': meanOf((x, t) => mean(errors(x, t).map((error) => error ** 2))),
  cosine: meanOf((x, t) => 1 - dot(unit(x), t)),
  huber: meanOf((x, t) => mean(errors(x, t).map((error) => huber(error, 1 / Math.sqrt(DIM))))),
  relational: (x, t) => mean(x.flatMap((a, i) => x.map((b, j) => (cosineOf(a, b) - cosineOf(t[i]!, t[j]!)) ** 2))),
};

/** Away from zero, where a vector has no direction. */
const coordinate = fc.oneof(
  fc.double({ min: 0.1, max: 3, noNaN: true }),
  fc.double({ min: -3, max: -0.1, noNaN: true }),
);
const vectors = fc.array(fc.array(coordinate, { minLength: DIM, maxLength: DIM }), { minLength: 3, maxLength: 3 });

describe.each(Object.keys(LOSSES) as LossName[])('the loss %s', (name) => {
  const definition = DEFINITIONS[name];
  const lossOf = (x: Rows, t: Rows) =>
    tf.tidy(() => LOSSES[name](tf.tensor2d(x as number[][]), tf.tensor2d(t as number[][])).dataSync()[0]!);

  test.runIf(definition)('is its definition in float64, whatever the lengths of the predictions', () => {
    fc.assert(
      fc.property(vectors, vectors, (x, raw) => {
        const t = raw.map(unit);
        expect(Math.abs(lossOf(x, t) - definition!(x, t))).toBeLessThan(2e-6); // float32 of values below 4, a mean of nine
      }),
    );
  });

  test('has the gradient that differences give, of its definition or else of itself', () => {
    const x = [
      [0.3, -1.2, 0.7, 0.1, 2],
      [-0.5, 0.4, 2, -0.2, 0.6],
    ];
    const t = [unit([1, -1, 0.2, 0.5, 1]), unit([0.1, -0.9, -1.1, 2, 0.3])];
    const gradient = tf.tidy(() =>
      tf
        .grad((rows: tf.Tensor) => LOSSES[name](rows as tf.Tensor2D, tf.tensor2d(t)))(tf.tensor2d(x))
        .arraySync(),
    ) as number[][];
    const [value, step, digits] = definition ? [definition, 1e-6, 5] : [lossOf, 1e-2, 3]; // float64, float32
    for (const [i, row] of x.entries()) {
      for (const j of row.keys()) {
        const moved = (by: number) =>
          value(
            x.map((r, k) => r.map((value, l) => value + (k === i && l === j ? by : 0))),
            t,
          );
        expect(gradient[i]![j]!).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), digits);
      }
    }
  });

  test('is zero at its target, and has a finite gradient at the zero vector', () => {
    tf.tidy(() => {
      const target = tf.tensor2d([unit([1, 2, -1, 0, 3])]);
      expect(LOSSES[name](tf.mul(target, 4), target).dataSync()[0]).toBeCloseTo(0, 6);
      const gradient = tf.grad((x: tf.Tensor) => LOSSES[name](x as tf.Tensor2D, target))(tf.zeros([1, DIM]));
      expect(Array.from(gradient.dataSync()).every(Number.isFinite)).toBe(true);
    });
  });
});

test('a wide δ makes Huber’s loss half of the squared error, a narrow one δ times the absolute error', () => {
  tf.tidy(() => {
    const [x, t] = [tf.tensor2d([[3, 4]]), tf.tensor2d([[1, 0]])]; // errors −0.4 and 0.8
    expect(huberLoss(x, t, { delta: 1 }).dataSync()[0]).toBeCloseTo((0.16 + 0.64) / 4, 6);
    expect(huberLoss(x, t, { delta: 1e-3 }).dataSync()[0]).toBeCloseTo(1e-3 * 0.6, 5);
  });
});

test('Huber’s loss refuses a δ that is not above 0', () => {
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R2>([1, 2]);
    expect(() => huberLoss(x, x, { delta: 0 })).toThrow(/delta is 0; expected more than 0/);
  });
});
