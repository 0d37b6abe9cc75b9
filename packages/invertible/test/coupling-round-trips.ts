// Couplings of every transform, there and back, over shapes, splits, contexts and batches.
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  additiveTransform,
  affineTransform,
  Coupling,
  mask,
  splineTransform,
  volumePreservingTransform,
  type CouplingOptions,
  type CouplingTransform,
} from '../src/index.js';
import { convolutions, perceptron } from './couplings.js';
import { heat, normal } from './hot.js';

export const transforms: [string, () => CouplingTransform][] = [
  ['additive', additiveTransform],
  ['affine', affineTransform],
  ['volume-preserving', () => volumePreservingTransform({ maxLogScale: 0.5 })],
  ['spline', splineTransform],
];

/** The transform, and the largest factor by which it has so far stretched an element, there or back. */
export function watched(transform: CouplingTransform): { transform: CouplingTransform; stretch: () => number } {
  let stretch = 1;
  const watch = <T extends { logDerivative: tf.Tensor }>(result: T): T => {
    stretch = Math.max(stretch, Math.exp(largest(result.logDerivative)));
    return result;
  };
  return {
    transform: {
      parametersPerElement: transform.parametersPerElement,
      applyWithLogDerivative: (...inputs) => watch(transform.applyWithLogDerivative(...inputs)),
      invertWithLogDerivative: (...inputs) => watch(transform.invertWithLogDerivative(...inputs)),
    },
    stretch: () => stretch,
  };
}

export const coupling = (options: Partial<CouplingOptions>) =>
  new Coupling({
    shape: [4],
    transforms: 'second',
    transform: affineTransform(),
    conditioner: perceptron(1, 8),
    ...options,
  });

export const largest = (x: tf.Tensor) => (x.size === 0 ? 0 : tf.max(tf.abs(x)).dataSync()[0]!);
export const difference = (a: tf.Tensor, b: tf.Tensor) => largest(tf.sub(a, b));

/** The error of a round trip is float32's rounding times the stretch that was met on the way. */
export function expectRoundTrips(
  make: () => CouplingTransform,
  { numRuns, batches }: { numRuns: number; batches: number[] },
): void {
  const size = fc.integer({ min: 2, max: 6 });
  const cases = fc.record({
    shape: fc.oneof(fc.tuple(size), fc.tuple(size, size, size)),
    transforms: fc.constantFrom('first' as const, 'second' as const, 'mask' as const),
    context: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    batch: fc.constantFrom(...batches),
    seed: fc.integer({ min: 0, max: 1e6 }),
  });
  fc.assert(
    fc.property(cases, ({ shape, transforms, context: contextSize, batch, seed }) => {
      const conditioner = shape.length === 1 ? perceptron(seed, 8) : convolutions(seed);
      const every = mask(shape, (index) => index.reduce((sum, i) => sum + i) % 2 === 0);
      const contextShape = contextSize === undefined ? undefined : [contextSize];
      const { transform, stretch } = watched(make());
      const g = heat(
        coupling({
          shape,
          transforms: transforms === 'mask' ? every : transforms,
          transform,
          conditioner,
          contextShape,
        }),
        seed,
      );
      tf.tidy(() => {
        const x = normal([batch, ...shape], seed);
        const context = contextShape && normal([batch, ...contextShape], seed + 1);
        const { y, logDet } = g.applyWithLogDet(x, context);
        expect([y.shape, logDet.shape]).toEqual([x.shape, [batch]]);
        // A few roundings of numbers below 16, each of at most 1e-6.
        const errors = [difference(g.invert(y, context), x), difference(g.apply(g.invert(x, context), context), x)];
        errors.forEach((error) => expect(error).toBeLessThan(3e-6 * stretch()));
      });
      g.dispose();
    }),
    { numRuns },
  );
}
