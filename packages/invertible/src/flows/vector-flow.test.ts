import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { heat, normal } from '../../test/hot.js';
import { jacobian } from '../../test/jacobian.js';
import { AffineCoupling, VectorFlow, type VectorFlowOptions } from '../index.js';

const largest = (x: tf.Tensor) => tf.max(tf.abs(x)).dataSync()[0]!;

/** The largest stretch of g⁻¹ at y over a few directions, per batch. */
function inverseGain(flow: VectorFlow, y: tf.Tensor): number {
  const gains = [1, 2, 3, 4].map((seed) => {
    const step = normal(y.shape, seed, 1e-2);
    const norms = (t: tf.Tensor) => tf.norm(t, 'euclidean', 1);
    return largest(tf.div(norms(tf.sub(flow.invert(tf.add(y, step)), flow.invert(y))), norms(step)));
  });
  return Math.max(...gains);
}

describe.each(backends)('a vector flow on %s', (backend) => {
  useBackend(backend);

  test('is a permutation of its input while it is new, with log-determinant 0', () => {
    const flow = new VectorFlow({ dim: 9, hiddenDim: 8 });
    tf.tidy(() => {
      const x = normal([3, 9], 1);
      const { y, logDet } = flow.applyWithLogDet(x);
      const sorted = (t: tf.Tensor) => (t.arraySync() as number[][]).map((row) => [...row].sort((a, b) => a - b));
      expect(sorted(y)).toEqual(sorted(x));
      expect(largest(logDet)).toBe(0);
    });
    flow.dispose();
  });

  test.each([1, 4, 8, 12])('comes back within 2e-5 at initialisation, with K = %d', (numBlocks) => {
    const flow = new VectorFlow({ dim: 32, numBlocks, hiddenDim: 16 });
    tf.tidy(() => {
      const x = normal([64, 32], 1);
      expect(largest(tf.sub(flow.invert(flow.apply(x)), x))).toBeLessThan(2e-5);
    });
    flow.dispose();
  });

  // The law of the docs: the error is about 5e-6 × the gain of the inverse, in a range of 2.5e-6 to 2e-5; so it is at hand of any depth.
  test.each([
    [4, 0.2],
    [4, 1],
    [8, 0.5],
    [12, 0.5],
  ])(
    'with hot parameters and K = %d, spread %d, comes back within 2e-5 × the gain of its inverse',
    (numBlocks, spread) => {
      const flow = heat(new VectorFlow({ dim: 16, numBlocks, hiddenDim: 32, seed: 3 }), 3, spread);
      tf.tidy(() => {
        const x = normal([64, 16], 1);
        const y = flow.apply(x);
        expect(largest(tf.sub(flow.invert(y), x))).toBeLessThan(2e-5 * Math.max(1, inverseGain(flow, y)));
      });
      flow.dispose();
    },
  );

  test.each([1, 2, 3, 4, 5])(
    'lets no coordinate pass two blocks unchanged (seed %d): every output moves with several inputs',
    (seed) => {
      const flow = heat(new VectorFlow({ dim: 12, numBlocks: 2, hiddenDim: 16, seed }), seed);
      tf.tidy(() => {
        for (const gradient of jacobian((x) => flow.apply(x), normal([12], seed))) {
          expect(gradient.filter((entry) => Math.abs(entry) > 1e-6).length).toBeGreaterThan(6);
        }
      });
      flow.dispose();
    },
  );
});

describe('the options of a vector flow', () => {
  useBackend('cpu');

  const scales = (options: Partial<VectorFlowOptions>) => {
    const flow = new VectorFlow({ dim: 4, hiddenDim: 4, ...options });
    const couplings = flow.blocks.layers.filter((layer) => layer instanceof AffineCoupling);
    flow.dispose();
    return couplings.map(({ maxLogScale, transforms }) => [maxLogScale, transforms]);
  };

  test('bound the gain of all scales together: c = min(1, 4/K)', () => {
    expect(scales({ numBlocks: 2 })).toEqual([
      [1, 'second'],
      [1, 'first'],
    ]);
    expect(scales({ numBlocks: 8 }).map(([c]) => c)).toEqual(Array(8).fill(0.5));
    expect(scales({ numBlocks: 8, maxLogScale: 0.1 }).map(([c]) => c)).toEqual(Array(8).fill(0.1));
  });

  test('turn the halves block by block', () => {
    expect(scales({ numBlocks: 4 }).map(([, half]) => half)).toEqual(['second', 'first', 'second', 'first']);
  });

  test.each<[string, Partial<VectorFlowOptions>, RegExp]>([
    ['dim 1', { dim: 1 }, /dim is 1: expected an integer of at least 2/],
    ['no blocks', { numBlocks: 0 }, /numBlocks is 0: expected an integer of at least 1/],
    ['half a block', { numBlocks: 1.5 }, /numBlocks is 1.5/],
    ['hiddenDim 0', { hiddenDim: 0 }, /hiddenDim is 0/],
    ['one layer', { numLayers: 1 }, /numLayers is 1: expected an integer of at least 2/],
    ['maxLogScale 0', { maxLogScale: 0 }, /maxLogScale is 0/],
  ])('%s is refused', (_, options, message) => {
    expect(() => new VectorFlow({ dim: 4, ...options })).toThrow(RangeError);
    expect(() => new VectorFlow({ dim: 4, ...options })).toThrow(message);
    tf.disposeVariables();
  });
});
