import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { convolutions, perceptron } from '../../test/couplings.js';
import { coupling, difference, expectRoundTrips, largest, transforms } from '../../test/coupling-round-trips.js';
import { heat, normal } from '../../test/hot.js';
import {
  AffineCoupling,
  affineTransform,
  chain,
  checkerboard,
  inverseOf,
  mask,
  Reverse,
  ShapeError,
  trainableVariables,
  volumePreservingTransform,
  type CouplingOptions,
  type Shape,
} from '../index.js';

describe.each(backends)('a coupling on %s', (backend) => {
  useBackend(backend);

  test.each(transforms)(
    '(%s) comes back within float32’s rounding × its stretch, for any shape, split, context and batch, the empty one too',
    (_, make) => expectRoundTrips(make, { numRuns: 12, batches: [0, 1, 3, 20] }),
  );

  test.each(transforms)('(%s) is the identity when it is new', (_, make) => {
    const g = coupling({ shape: [5], transform: make(), conditioner: perceptron(1, 8) });
    tf.tidy(() => {
      const x = normal([50, 5], 1, 3);
      const { y, logDet } = g.applyWithLogDet(x);
      expect(difference(y, x)).toBeLessThan(5e-6);
      expect(largest(logDet)).toBeLessThan(1e-5);
    });
    g.dispose();
  });

  test('of a mask transforms the elements of the mask and lets the others pass, to the bit', () => {
    const g = heat(
      coupling({ shape: [3, 4, 2], transforms: checkerboard([3, 4, 2], 'odd'), conditioner: convolutions(1) }),
      2,
    );
    tf.tidy(() => {
      const x = normal([2, 3, 4, 2], 1);
      const changed = tf.notEqual(g.apply(x), x).arraySync() as number[][][][];
      changed.forEach((image) =>
        image.forEach((row, i) => row.forEach((pixel, j) => expect(pixel).toEqual(Array(2).fill((i + j) % 2)))),
      );
    });
    g.dispose();
  });

  test('of volume-preserving elements has log-determinant 0, yet scales', () => {
    for (const transforms of ['second', mask([6], ([i]) => i !== 2)] as const) {
      const g = heat(
        coupling({ shape: [6], transforms, transform: volumePreservingTransform(), conditioner: perceptron(1, 8) }),
        2,
      );
      tf.tidy(() => {
        const x = normal([100, 6], 1);
        expect(largest(g.applyWithLogDet(x).logDet)).toBeLessThan(1e-5);
        // as the half that passes does not change, y − t doubles
        const doubled = tf.concat([x.slice([0, 0], [-1, 3]), x.slice([0, 3]).mul(2)], 1);
        if (transforms === 'second')
          expect(
            difference(
              tf.sub(g.apply(doubled), g.apply(x)),
              x.slice([0, 3]).pad([
                [0, 0],
                [3, 0],
              ]),
            ),
          ).toBeGreaterThan(0.1);
      });
      g.dispose();
    }
  });

  test('gives each sample what its own context says', () => {
    const g = heat(coupling({ contextShape: [2] }), 3);
    tf.tidy(() => {
      const x = tf.tile(normal([1, 4], 1), [3, 1]);
      const context = tf.tensor2d([
        [0, 0],
        [1, -1],
        [0, 0],
      ]);
      const [first, second, third] = g.apply(x, context).arraySync() as number[][];
      expect(third).toEqual(first);
      expect(second!.slice(0, 2)).toEqual(first!.slice(0, 2));
      second!.slice(2).forEach((value, i) => expect(Math.abs(value - first![2 + i]!)).toBeGreaterThan(1e-3));
      expect(difference(g.invert(g.apply(x, context), context), x)).toBeLessThan(1e-5);
    });
    g.dispose();
  });

  test('shows a vector context to every position of an image, and an image of contexts to each its own', () => {
    const shape: Shape = [2, 2, 2];
    const seen: tf.Tensor[] = [];
    const conditioner = (_: number, outputs: number) => ({
      apply: (x: tf.Tensor) => {
        seen.push(tf.keep(x.clone()));
        return tf.zeros([...x.shape.slice(0, -1), outputs]);
      },
      dispose: () => {},
    });
    tf.tidy(() => {
      coupling({ shape, conditioner, contextShape: [2] }).apply(tf.zeros([1, ...shape]), tf.tensor2d([[7, 8]]));
      coupling({ shape, conditioner, contextShape: [2, 2, 1] }).apply(
        tf.zeros([1, ...shape]),
        tf.reshape(tf.tensor1d([1, 2, 3, 4]), [1, 2, 2, 1]),
      );
      expect(seen.map((x) => x.arraySync())).toEqual([
        [
          [
            [
              [0, 7, 8],
              [0, 7, 8],
            ],
            [
              [0, 7, 8],
              [0, 7, 8],
            ],
          ],
        ],
        [
          [
            [
              [0, 1],
              [0, 2],
            ],
            [
              [0, 3],
              [0, 4],
            ],
          ],
        ],
      ]);
    });
    tf.dispose(seen);
  });
});

describe('a context', () => {
  useBackend('cpu');

  test('goes through chains and inverses to every block that takes one', () => {
    const g = heat(coupling({ contextShape: [2] }), 3);
    const both = chain(new Reverse({ shape: [4] }), g, inverseOf(g), new Reverse({ shape: [4] }));
    expect([both.contextShape, inverseOf(both).contextShape, chain(new Reverse({ shape: [4] })).contextShape]).toEqual([
      [2],
      [2],
      undefined,
    ]);
    tf.tidy(() => {
      const [x, context] = [normal([5, 4], 1), normal([5, 2], 2)];
      const { y, logDet } = both.applyWithLogDet(x, context);
      expect([difference(y, x) < 1e-5, largest(logDet) < 1e-5]).toEqual([true, true]);
      expect(difference(both.invertWithLogDet(x, context).x, x)).toBeLessThan(1e-5);
    });
    g.dispose();
  });

  test('has a gradient', () => {
    const g = heat(coupling({ contextShape: [2] }), 3);
    tf.tidy(() => {
      const [x, context] = [normal([5, 4], 1), normal([5, 2], 2)];
      expect(largest(tf.grad((c: tf.Tensor) => tf.sum(g.apply(x, c)))(context))).toBeGreaterThan(1e-2);
    });
    g.dispose();
  });

  test('that is missing, of another batch or of another shape is refused with the shapes', () => {
    const g = coupling({ contextShape: [2] });
    tf.tidy(() => {
      const x = tf.zeros([3, 4]);
      const mistakes: [tf.Tensor | undefined, string][] = [
        [undefined, 'Coupling: expected a context of shape [3, 2], but got none.'],
        [tf.zeros([2, 2]), 'Coupling: expected a context of shape [3, 2], but got [2, 2].'],
        [tf.zeros([3, 3]), 'Coupling: expected a context of shape [3, 2], but got [3, 3].'],
      ];
      for (const [context, message] of mistakes) {
        for (const method of ['apply', 'applyWithLogDet'] as const) {
          expect(() => g[method](x, context)).toThrow(ShapeError);
          expect(() => g[method](x, context)).toThrow(message);
        }
        expect(() => g.invert(x, context)).toThrow(message.replace('Coupling', 'Coupling inverse'));
      }
      expect(() => chain(new Reverse({ shape: [4] }), g).apply(x)).toThrow(
        'expected a context of shape [3, 2], but got none',
      );
    });
    g.dispose();
  });

  test('is ignored by blocks that take none', () => {
    const g = heat(coupling({}), 3);
    tf.tidy(() => {
      const x = normal([5, 4], 1);
      expect(difference(g.apply(x, tf.zeros([1, 9])), g.apply(x))).toBe(0);
    });
    g.dispose();
  });

  test('of another shape than a chain’s other blocks take is refused when they are put together', () => {
    const [a, b] = [coupling({ contextShape: [2] }), coupling({ contextShape: [3] })];
    expect(() => chain(a, b)).toThrow('Chain: Coupling takes a context of [2], but Coupling one of [3].');
    a.dispose();
    b.dispose();
  });

  test.each<[string, Partial<CouplingOptions>, string]>([
    [
      'an image for vectors',
      { contextShape: [2, 2, 1] },
      'a context of [2, 2, 1] does not go beside samples of [4]; expected [channels] or [channels]',
    ],
    ['another image size', { shape: [4, 4, 2], contextShape: [2, 2, 1] }, 'expected [channels] or [4, 4, channels]'],
    ['no channels', { contextShape: [] }, 'must end in at least 1 channel'],
  ])('that fits no sample (%s) is refused', (_, options, message) => {
    expect(() => coupling(options)).toThrow(ShapeError);
    expect(() => coupling(options)).toThrow(message);
  });
});

describe('mistakes with masks', () => {
  test.each<[string, () => unknown, string]>([
    [
      'of another shape',
      () => coupling({ transforms: mask([3], ([i]) => i === 0) }),
      'a mask of [3] with 3 entries does not fit samples of [4]',
    ],
    [
      'of another rank',
      () => coupling({ shape: [2, 2, 1], transforms: mask([2, 2], ([i]) => i === 0) }),
      'a mask of [2, 2] with 4 entries does not fit samples of [2, 2, 1]',
    ],
    [
      'with too few entries',
      () => coupling({ transforms: { shape: [4], transformed: [true] } }),
      'a mask of [4] with 1 entries',
    ],
    ['that transforms all', () => coupling({ transforms: mask([4], () => true) }), 'but no element passes'],
    ['that transforms none', () => coupling({ transforms: mask([4], () => false) }), 'but it transforms no element'],
    ['for no shape', () => mask([0], () => true), 'must consist of positive integers'],
    ['a checkerboard of vectors', () => checkerboard([4], 'even'), 'expected [height, width, channels], but got [4]'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });
});

describe('an affine coupling', () => {
  useBackend('cpu');

  test('keeps the names of its parameters: what was saved loads', () => {
    const layer = new AffineCoupling({ shape: [4], transforms: 'second', conditioner: perceptron(1, 8) });
    expect([...trainableVariables(layer).keys()]).toEqual(
      ['kernels', 'biases'].flatMap((kind) => [0, 1, 2].map((i) => `conditioner.${kind}.${i}`)),
    );
    layer.dispose();
  });

  test('bounds its log-scales by c with every clamp, near the identity where h is small', () => {
    const c = 0.5;
    const slopes = { tanh: 1, atan: 1, sigmoid: 0.5 };
    for (const [clamp, slope] of Object.entries(slopes) as [keyof typeof slopes, number][]) {
      const { applyWithLogDerivative } = affineTransform({ maxLogScale: c, clamp });
      const s = (h: number) =>
        tf.tidy(() => applyWithLogDerivative(tf.ones([1, 1]), tf.tensor2d([[h, 0]])).logDerivative.dataSync()[0]!);
      expect(s(1e-3)).toBeCloseTo(slope * 1e-3, 6);
      expect([s(1e6), s(-1e6)].map((value) => Math.abs(value) <= c + 1e-6 && Math.abs(value) > 0.99 * c)).toEqual([
        true,
        true,
      ]);
      expect(s(0.7)).toBeCloseTo(
        {
          tanh: c * Math.tanh(1.4),
          atan: ((2 * c) / Math.PI) * Math.atan(1.4 * (Math.PI / 2)),
          sigmoid: c * (2 / (1 + Math.exp(-1.4)) - 1),
        }[clamp],
        6,
      );
    }
  });

  test('refuses a clamp that it does not know', () => {
    expect(() => affineTransform({ clamp: 'hard' as 'tanh' })).toThrow(
      'clamp is hard: expected one of tanh, atan, sigmoid.',
    );
  });
});
