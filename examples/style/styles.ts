// The styles to be learned, of images in [−1, 1]: what each does is known, and so is what any mixture should be.
import * as tf from '@tensorflow/tfjs-core';

const luma = (x: tf.Tensor) => tf.sum(tf.mul(x, [0.299, 0.587, 0.114]), 3, true);

const SOBEL = [
  [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  [-1, -2, -1, 0, 0, 0, 1, 2, 1],
];

/** Dark lines on white, where the brightness changes. */
const edges = (x: tf.Tensor) => {
  const [dx, dy] = SOBEL.map((kernel) =>
    tf.conv2d(luma(x) as tf.Tensor4D, tf.tensor4d(kernel, [3, 3, 1, 1]), 1, 'same'),
  );
  const steepness = tf.sqrt(tf.add(tf.square(dx!), tf.square(dy!)));
  return tf.tile(tf.sub(1, tf.minimum(steepness, 2)), [1, 1, 1, 3]);
};

const blur = (x: tf.Tensor) => tf.avgPool(tf.avgPool(x as tf.Tensor4D, 3, 1, 'same'), 3, 1, 'same');

/** Brightness as the colours of glowing iron: black, red, yellow, white. */
const heat = (x: tf.Tensor) => {
  const temperature = tf.mul(tf.add(luma(x), 1), 1.5); // from 0 to 3
  return tf.sub(tf.mul(tf.clipByValue(tf.sub(temperature, [0, 1, 2]), 0, 1), 2), 1);
};

export const STYLES: Record<string, (x: tf.Tensor) => tf.Tensor> = { edges, blur, heat };
