// Bytes to the range that networks of images work in here: (x − 127.5) / 127.5, so 0…255 becomes [−1, 1] (InsightFace's own scaling).
import * as tf from '@tensorflow/tfjs-core';

const PIXEL_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => (byte - 127.5) / 127.5);

/**
 * Bytes of images, one after the other, as a float32 tensor of `shape`, such as [size, height, width, 3], in [−1, 1].
 * @throws RangeError for another number of bytes than that shape has.
 */
export function imagesToTensor(images: Uint8Array, shape: readonly number[]): tf.Tensor {
  const length = tf.util.sizeFromShape([...shape]);
  if (images.length !== length) {
    const [size, ...imageShape] = shape;
    throw new RangeError(
      `imagesToTensor: ${images.length} bytes are not ${size} images of ${imageShape.join('×')} (${length} bytes); pass a whole batch.`,
    );
  }
  const pixels = new Float32Array(length);
  for (let i = 0; i < length; i++) pixels[i] = PIXEL_OF_BYTE[images[i]!]!;
  return tf.tensor(pixels, [...shape]);
}
