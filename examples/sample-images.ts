// Sample faces as tensors, and images as pictures of a figure.
import * as tf from '@tensorflow/tfjs-core';
import { sampleFace } from '@lin/data';
import { pictureUrl } from '@lin/figures';

export const SIDE = 32;

/** Sample faces at 32 × 32, one each of `count` people from number `first` on, pixels in [−1, 1]: [count, 32, 32, 3]. */
export function faceImages(count: number, first: number): tf.Tensor4D {
  return tf.tidy(() => {
    const thirds = Array.from({ length: count }, (_, i) =>
      tf.tidy(() => {
        const { pixels } = sampleFace({ identity: first + i });
        return tf.avgPool(tf.tensor3d(Float32Array.from(pixels), [112, 112, 3]), 3, 3, 'valid');
      }),
    );
    const images = tf.image.resizeBilinear(tf.stack(thirds) as tf.Tensor4D, [SIDE, SIDE]);
    return tf.sub(tf.div(images, 127.5), 1);
  });
}

/** The `data:` URL of one image, [1, 32, 32, 3]. */
export const pictureOf = (x: tf.Tensor) =>
  pictureUrl(tf.mul(tf.add(x, 1), 127.5).dataSync(), { width: SIDE, height: SIDE });
