import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends, expectCpuToAgree, useBackend } from './backends.js';
import { bijections, blockTolerance } from './bijections.js';
import { normal } from './hot.js';
import { jacobian, logAbsDeterminant } from './jacobian.js';
import { disposeVariables, ShapeError, type Invertible } from '../src/index.js';

/**
 * Float32 rounds values below 16 by 1e-6 at most; a coupling's inverse scales that by up to exp(1), an actnorm's here by up to exp(1.5).
 */
const ROUNDING = 1e-5;
/** Times the gain: the largest factor of the docs' law, 2e-5, twice, since the gain is seen along three directions only. */
const COMPOSITION_TOLERANCE = 4e-5;

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;
const difference = (a: tf.Tensor, b: tf.Tensor) => largest(tf.sub(a, b));

/** The largest stretch of `map` at `x` over a few directions. */
function gain(map: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number {
  const norms = (t: tf.Tensor) => tf.norm(tf.reshape(t, [t.shape[0]!, -1]), 'euclidean', 1);
  return Math.max(
    ...[1, 2, 3].map((seed) => {
      const step = normal(x.shape, seed, 1e-2);
      return largest(tf.div(norms(tf.sub(map(tf.add(x, step)), map(x))), norms(step)));
    }),
  );
}

/** Runs `use` on a bijection with hot parameters and a batch of N(0, 1) on each side, over seeds and batch sizes. */
function forAll(
  make: (seed: number) => Invertible,
  use: (bijection: Invertible, x: tf.Tensor, y: tf.Tensor) => void,
  { numRuns, maxBatch = 5 }: { numRuns: number; maxBatch?: number },
): void {
  const cases = fc.record({ seed: fc.integer({ min: 0, max: 1e6 }), batch: fc.integer({ min: 1, max: maxBatch }) });
  fc.assert(
    fc.property(cases, ({ seed, batch }) => {
      const bijection = make(seed);
      tf.tidy(() =>
        use(
          bijection,
          normal([batch, ...bijection.inputShape], seed),
          normal([batch, ...bijection.outputShape], seed + 1),
        ),
      );
      disposeVariables(bijection);
    }),
    { numRuns },
  );
}

/** `runs`: of how many seeds and batches each property is asked. */
export function testBijections({ runs }: { runs: number }): void {
  describe.each(backends)('on %s', (backend) => {
    useBackend(backend);

    describe.each(bijections)('%s', (name, make) => {
      test('comes back from either side', () => {
        forAll(
          make,
          (g, x, y) => {
            const [there, back] = [g.apply(x), g.invert(y)];
            const tolerance = (gain: () => number) =>
              blockTolerance(name) ?? COMPOSITION_TOLERANCE * Math.max(1, gain());
            expect(difference(g.invert(there), x)).toBeLessThan(tolerance(() => gain(g.invert.bind(g), there)));
            expect(difference(g.apply(back), y)).toBeLessThan(tolerance(() => gain(g.apply.bind(g), back)));
          },
          { numRuns: runs },
        );
      });

      test('gives the log-determinant of its Jacobian', () => {
        forAll(
          make,
          (g, x) => {
            const { logDet } = g.applyWithLogDet(x);
            const expected = tf
              .unstack(x)
              .map((sample) => logAbsDeterminant(jacobian((batch) => g.apply(batch), sample)));
            expect(logDet.shape).toEqual([x.shape[0]]);
            // Entries of the Jacobian are right to 1e-6; the determinant adds up the errors of at most 18 pivots.
            expect(difference(logDet, tf.tensor1d(expected))).toBeLessThan(1e-4);
          },
          { numRuns: runs, maxBatch: 2 },
        );
      });

      test('has opposite log-determinants there and back', () => {
        forAll(
          make,
          (g, x) => {
            const { y, logDet } = g.applyWithLogDet(x);
            // A point that comes back off by its tolerance has another slope: a spline's changes by a factor of e within a hundredth.
            expect(difference(tf.neg(g.invertWithLogDet(y).logDet), logDet)).toBeLessThan(
              10 * Math.max(1e-5, blockTolerance(name) ?? 0),
            );
          },
          { numRuns: runs },
        );
      });

      test('maps alike with the log-determinant and without', () => {
        forAll(
          make,
          (g, x, y) => {
            expect(difference(g.applyWithLogDet(x).y, g.apply(x))).toBe(0);
            expect(difference(g.invertWithLogDet(y).x, g.invert(y))).toBe(0);
          },
          { numRuns: runs },
        );
      });

      test('maps each row of a batch as if it were alone', () => {
        forAll(
          make,
          (g, x, y) => {
            const alone = (map: (row: tf.Tensor) => tf.Tensor, batch: tf.Tensor) =>
              tf.concat(tf.split(batch, batch.shape[0]!).map(map));
            // Kernels may sum in another order for another batch size.
            expect(
              difference(
                alone((row) => g.apply(row), x),
                g.apply(x),
              ),
            ).toBeLessThan(ROUNDING);
            expect(
              difference(
                alone((row) => g.invert(row), y),
                g.invert(y),
              ),
            ).toBeLessThan(blockTolerance(name) ?? 1e-4);
            expect(
              difference(
                alone((row) => g.applyWithLogDet(row).logDet, x),
                g.applyWithLogDet(x).logDet,
              ),
            ).toBeLessThan(ROUNDING);
          },
          { numRuns: runs },
        );
      });

      test('keeps shapes, and refuses others with both shown', () => {
        const g = make(0);
        const shapes = tf.tidy(() => [
          g.apply(tf.ones([3, ...g.inputShape])).shape,
          g.invert(tf.ones([2, ...g.outputShape])).shape,
        ]);
        expect(shapes).toEqual([
          [3, ...g.outputShape],
          [2, ...g.inputShape],
        ]);

        tf.tidy(() => {
          const [wrong, wrongBack] = [
            tf.zeros([2, ...g.inputShape.slice(0, -1), 99]),
            tf.zeros([2, ...g.outputShape.slice(0, -1), 98]),
          ];
          const unbatched = tf.zeros([...g.inputShape]);
          const mistakes: [() => unknown, readonly number[], readonly number[]][] = [
            [() => g.apply(wrong), g.inputShape, wrong.shape],
            [() => g.applyWithLogDet(wrong), g.inputShape, wrong.shape],
            [() => g.invert(wrongBack), g.outputShape, wrongBack.shape],
            [() => g.invertWithLogDet(wrongBack), g.outputShape, wrongBack.shape],
            [() => g.apply(unbatched), g.inputShape, unbatched.shape],
          ];
          for (const [mistake, expected, got] of mistakes) {
            expect(mistake).toThrow(ShapeError);
            expect(mistake).toThrow(
              `expected a batch of shape [B, ${expected.join(', ')}], but got [${got.join(', ')}]`,
            );
          }
        });
        disposeVariables(g);
      });
    });
  });
}

export function testThatBackendsAgree(): void {
  describe('backends', () => {
    useBackend('wasm');

    test.each(bijections)('agree on %s', async (_, make) => {
      const g = make(7);
      const x = normal([4, ...g.inputShape], 8);
      const y = normal([4, ...g.outputShape], 9);
      await expectCpuToAgree(g, { x, y });
      disposeVariables(g);
      tf.dispose([x, y]);
    });
  });
}
