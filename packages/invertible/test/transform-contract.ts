// The contract of `Invertible` and the gates of the docs, for every transform of docs/transforms.md.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disposeVariables, namedVariables, ShapeError, type Invertible } from '../src/index.js';
import { backends, expectCpuToAgree, useBackend } from './backends.js';
import { expectGradients, randomLoss } from './finite-differences.js';
import { normal } from './hot.js';
import { jacobian, logAbsDeterminant } from './jacobian.js';
import { hot, transforms, type Specimen } from './transforms.js';

const same = (x: tf.Tensor) => x;
const difference = (a: tf.Tensor, b: tf.Tensor) => (a.size === 0 ? 0 : tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);

/** A transform with hot parameters, a batch of inputs and one of outputs, and a context where it takes one. */
function specimen(of: Specimen, seed: number, batch: number) {
  const { input = same, output = same, context } = of;
  const g = hot(of, seed);
  return {
    g,
    x: input(normal([batch, ...g.inputShape], seed + 1)),
    y: output(normal([batch, ...g.outputShape], seed + 2)),
    context: context && normal([batch, ...context], seed + 3),
  };
}

function forAll(
  of: Specimen,
  use: (drawn: ReturnType<typeof specimen>) => void,
  { numRuns, maxBatch = 5 }: { numRuns: number; maxBatch?: number },
): void {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: maxBatch }), (seed, batch) => {
      let g: Invertible | undefined;
      tf.tidy(() => {
        const drawn = specimen(of, seed, batch);
        ({ g } = drawn);
        use(drawn);
      });
      disposeVariables(g!);
    }),
    { numRuns },
  );
}

/** `runs`: of how many seeds and batches each property is asked. */
export function testTransforms({ runs }: { runs: number }): void {
  describe.each(backends)('on %s', (backend) => {
    useBackend(backend);

    describe.each(Object.entries(transforms))('%s', (_, of) => {
      const { tolerance = 1e-5 } = of;

      test('comes back from either side', () => {
        forAll(
          of,
          ({ g, x, y, context }) => {
            expect(difference(g.invert(g.apply(x, context), context), x)).toBeLessThan(tolerance);
            expect(difference(g.apply(g.invert(y, context), context), y)).toBeLessThan(tolerance);
          },
          { numRuns: runs },
        );
      });

      test('gives the log-determinant of its Jacobian, and its opposite on the way back', () => {
        forAll(
          of,
          ({ g, x, context }) => {
            const { y, logDet } = g.applyWithLogDet(x, context);
            expect(logDet.shape).toEqual([x.shape[0]]);
            tf.unstack(x).forEach((sample, i) => {
              const own = context && tf.slice(context, i, 1);
              const ownFor = (rows: tf.Tensor) =>
                own && tf.tile(own, [rows.shape[0]!, ...own.shape.slice(1).map(() => 1)]);
              const expected = logAbsDeterminant(jacobian((rows) => g.apply(rows, ownFor(rows)), sample));
              const got = logDet.dataSync()[i]!;
              expect(Math.abs(got - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
            });
            expect(difference(tf.neg(g.invertWithLogDet(y, context).logDet), logDet)).toBeLessThan(
              Math.max(1e-4, tolerance),
            );
          },
          { numRuns: runs, maxBatch: 2 },
        );
      });

      test('maps alike with the log-determinant and without', () => {
        forAll(
          of,
          ({ g, x, y, context }) => {
            expect(difference(g.applyWithLogDet(x, context).y, g.apply(x, context))).toBe(0);
            expect(difference(g.invertWithLogDet(y, context).x, g.invert(y, context))).toBe(0);
          },
          { numRuns: runs },
        );
      });

      test.each([0, 1, 300])('takes a batch of %d, each row as if it were alone', (batch) => {
        tf.tidy(() => {
          const { g, x, y, context } = specimen(of, 9, batch);
          const rowsOf = (t: tf.Tensor) => (batch === 0 ? [] : [0, batch - 1].map((row) => tf.slice(t, row, 1)));
          const contexts = context ? rowsOf(context) : [];
          const { y: there, logDet } = g.applyWithLogDet(x, context);
          const back = g.invert(y, context);
          expect([there.shape, back.shape, logDet.shape]).toEqual([
            [batch, ...g.outputShape],
            [batch, ...g.inputShape],
            [batch],
          ]);
          rowsOf(x).forEach((row, i) => {
            const alone = g.applyWithLogDet(row, contexts[i]);
            expect(difference(alone.y, rowsOf(there)[i]!)).toBeLessThan(tolerance);
            expect(difference(alone.logDet, rowsOf(logDet)[i]!)).toBeLessThan(1e-4);
          });
          rowsOf(y).forEach((row, i) =>
            expect(difference(g.invert(row, contexts[i]), rowsOf(back)[i]!)).toBeLessThan(tolerance),
          );
          disposeVariables(g);
        });
      });

      test('refuses other shapes with both shown', () => {
        tf.tidy(() => {
          const g = hot(of, 0);
          const wrong = (shape: readonly number[]) => tf.zeros([2, ...shape.slice(0, -1), 99]);
          const mistakes: [() => unknown, readonly number[], tf.Tensor][] = [
            [() => g.apply(wrong(g.inputShape)), g.inputShape, wrong(g.inputShape)],
            [() => g.applyWithLogDet(wrong(g.inputShape)), g.inputShape, wrong(g.inputShape)],
            [() => g.invert(wrong(g.outputShape)), g.outputShape, wrong(g.outputShape)],
            [() => g.invertWithLogDet(wrong(g.outputShape)), g.outputShape, wrong(g.outputShape)],
          ];
          for (const [mistake, expected, got] of mistakes) {
            expect(mistake).toThrow(ShapeError);
            expect(mistake).toThrow(
              `expected a batch of shape [B, ${expected.join(', ')}], but got [${got.shape.join(', ')}]`,
            );
          }
          if (of.context) {
            expect(() => g.apply(tf.zeros([2, ...g.inputShape]))).toThrow(
              `expected a context of shape [2, ${of.context.join(', ')}], but got none`,
            );
          }
          disposeVariables(g);
        });
      });

      test('disposes its variables and leaves nothing else', () => {
        const g = of.make(1);
        const before = tf.memory().numTensors;
        const variables = namedVariables(g).size;
        tf.tidy(
          () =>
            void g.applyWithLogDet(
              (of.input ?? same)(tf.zeros([1, ...g.inputShape])),
              of.context && tf.zeros([1, ...of.context]),
            ),
        );
        expect(tf.memory().numTensors).toBe(before);
        g.dispose();
        if (!('layer' in g)) expect(tf.memory().numTensors).toBe(before - variables); // an inverse's layer is not its own
        disposeVariables(g);
      });
    });
  });
}

export function testGradientsOfTransforms(): void {
  describe('gradients', () => {
    useBackend('cpu');

    test.each(Object.entries(transforms))('of %s, there and back, with respect to input and parameters', (_, of) => {
      const g = hot(of, 5);
      const context = of.context && normal([2, ...of.context], 6);
      expectGradients(
        g,
        [2, ...g.inputShape],
        (x) => {
          const { y, logDet } = g.applyWithLogDet(x, context);
          return randomLoss([y, logDet]);
        },
        of.input,
      );
      expectGradients(
        g,
        [2, ...g.outputShape],
        (y) => {
          const { x, logDet } = g.invertWithLogDet(y, context);
          return randomLoss([x, logDet]);
        },
        of.output,
      );
      context?.dispose();
      disposeVariables(g);
    });
  });
}

export function testThatBackendsAgreeOnTransforms(): void {
  describe('backends', () => {
    useBackend('wasm');

    test.each(Object.entries(transforms))('agree on %s', async (_, of) => {
      const { input = same, output = same } = of;
      const g = hot(of, 7);
      const [x, y] = tf.tidy(() => [
        input(normal([4, ...g.inputShape], 8)),
        output(normal([4, ...g.outputShape], 9)),
      ]) as [tf.Tensor, tf.Tensor];
      const context = of.context && normal([4, ...of.context], 10);
      await expectCpuToAgree(g, { x, y, context });
      disposeVariables(g);
      tf.dispose([x, y, context ?? []]);
    });
  });
}
