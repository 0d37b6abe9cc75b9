// What throws leaves nothing behind: no tensor of a failed op, function or gradient, whose error is in words.
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { on, readyBackends } from './backends.js';

const backends = await readyBackends();

const FAILURES: Record<string, () => unknown> = {
  'products of shapes that do not fit': () => tf.tidy(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3]))),
  'a tile of 2⁴⁰ copies': () => tf.tidy(() => tf.tile(tf.zeros([1]), [2 ** 40])),
  'a slice beyond the end': () => tf.tidy(() => tf.slice(tf.zeros([3]), [2], [5])),
  'a function that throws while its gradient is taken': () =>
    tf.tidy(() =>
      tf.grad((x) => {
        tf.square(x);
        throw new Error('thrown inside');
      })(tf.ones([2])),
    ),
  'the same within another gradient': () =>
    tf.tidy(() => {
      const inner = tf.grad((x: tf.Tensor) => {
        tf.square(x);
        throw new Error('thrown inside');
      });
      return tf.grad((x: tf.Tensor) => tf.mul(tf.square(x), inner(x)))(tf.ones([2]));
    }),
  'a step of an optimiser': () => {
    const x = tf.tidy(() => tf.variable(tf.ones([2])));
    const descent = tf.train.sgd(0.1);
    try {
      descent.minimize(() => {
        tf.square(x);
        throw new Error('thrown inside');
      });
    } finally {
      x.dispose();
      descent.dispose();
    }
  },
  'an op without a gradient': () =>
    tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sum(tf.einsum('ij,jk->ik', tf.square(x), x)))(tf.ones([2, 2]))),
};

describe.each(backends.slice(0, 2))('on $title', ({ name, skipped }) => {
  test.skipIf(skipped).each(Object.entries(FAILURES))('%s', (_, fails) => {
    on(name, () => {
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) expect(fails).toThrow(/[a-z]{4}/);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test.skipIf(skipped)('a gradient that is caught leaves the one around it whole', () => {
    const slope = on(name, () =>
      tf.tidy(() => {
        const withCaught = (x: tf.Tensor) => {
          const y = tf.square(x);
          expect(() => tf.grad(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3])))(x)).toThrow();
          return tf.mul(y, x);
        };
        return Array.from(
          tf
            .grad(withCaught)(tf.tensor1d([2, 3]))
            .dataSync(),
        );
      }),
    );
    expect(slope).toEqual([12, 27]);
  });
});
