import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { InvertibleEncoder } from '@lin/linearizer';
import { toyBatch } from '../../test/toy.js';
import { scoreInverse } from './inverse-score.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const SIZE = 112 * 112 * 3;
const CORE = 3;

/** z = scale · x, its first coordinates the core; `error` is added to the first pixel on the way back. */
function scaling(scale: number, error = 0): Pick<InvertibleEncoder, 'imageShape' | 'encode' | 'decode'> {
  return {
    imageShape: [112, 112, 3],
    encode(x) {
      const z = tf.mul(tf.reshape(x, [x.shape[0]!, SIZE]), scale) as tf.Tensor2D;
      const [core, residual] = tf.split(z, [CORE, SIZE - CORE], 1) as [tf.Tensor2D, tf.Tensor2D];
      return { core, residual, logDet: tf.zeros([x.shape[0]!]) };
    },
    decode(core, residual) {
      const z = tf.concat([core, residual], 1);
      const x = tf.div(z, scale);
      const shift = tf.oneHot(tf.zeros([1], 'int32'), SIZE, error, 0, 'float32');
      return tf.reshape(tf.add(x, shift), [-1, 112, 112, 3]);
    },
  };
}

const batches = async function* () {
  yield toyBatch(0, 2);
  yield toyBatch(1, 1);
};

test('an exact inverse scores 1, and its gain is that of the map', async () => {
  const before = tf.memory().numTensors;
  const { maxError, exactBytes, gainP99 } = await scoreInverse(scaling(4), batches());
  expect(exactBytes).toBe(1);
  expect(maxError).toBeLessThan(1e-6); // one rounding of float32
  expect(gainP99).toBeCloseTo(0.25, 3); // rounding of the difference of two images, relative to a step of 1 %
  expect(tf.memory().numTensors).toBe(before);
});

test('a byte that does not come back is counted, in every image', async () => {
  const { maxError, exactBytes } = await scoreInverse(scaling(4, 0.02), batches());
  expect(maxError).toBeCloseTo(0.02, 5);
  expect(exactBytes).toBeCloseTo(1 - 1 / SIZE, 7); // 0.02 is 2.55 of the byte's 127.5 steps
});
