import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { normal } from '../../test/hot.js';
import { ShapeError, slicedWasserstein } from '../index.js';

describe.each(backends)('the sliced Wasserstein distance on %s', (backend) => {
  useBackend(backend);

  test('of a set and the same moved by v is |v| / √D on average over directions, and 0 of a set in another order', async () => {
    const x = normal([200, 3], 1);
    const moved = tf.tidy(() => tf.add(x, [2, -1, 2]));
    expect(await slicedWasserstein(x, moved, { projections: 2000 })).toBeCloseTo(3 / Math.sqrt(3), 1);
    const reversed = tf.reverse(x, 0);
    expect(await slicedWasserstein(x, reversed)).toBeLessThan(1e-6);
    tf.dispose([x, moved, reversed]);
  });

  test('of one number is the Wasserstein distance itself: of N(0, 1) and N(0, 3²) it is 2', async () => {
    const x = normal([4000, 1], 1);
    const y = tf.tidy(() => tf.mul(x, -3));
    expect(await slicedWasserstein(x, y)).toBeCloseTo(2, 1);
    tf.dispose([x, y]);
  });
});

describe('the sliced Wasserstein distance', () => {
  useBackend('cpu');

  test('is the same for the same seed, takes images, and leaves no tensor behind', async () => {
    const [x, y] = [normal([8, 2, 2, 3], 1), normal([8, 2, 2, 3], 2)];
    const before = tf.memory().numTensors;
    const first = await slicedWasserstein(x, y, { seed: 5 });
    expect(await slicedWasserstein(x, y, { seed: 5 })).toBe(first);
    expect(await slicedWasserstein(x, y, { seed: 6 })).not.toBe(first);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, y]);
  });

  test('refuses sets of different sizes, and no directions', async () => {
    const [x, y] = [normal([4, 2], 1), normal([5, 2], 1)];
    await expect(slicedWasserstein(x, y)).rejects.toThrow(ShapeError);
    await expect(slicedWasserstein(x, y)).rejects.toThrow('x is [4, 2] and y [5, 2]');
    await expect(slicedWasserstein(x, x, { projections: 0 })).rejects.toThrow(RangeError);
    tf.dispose([x, y]);
  });
});
