// Bytes to the range that networks of images work in here: (x − 127.5) / 127.5, so 0…255 becomes [−1, 1] (InsightFace's own scaling).
import * as tf from '@tensorflow/tfjs-core';

const PIXEL_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => (byte - 127.5) / 127.5);

/**
 * Bytes of images as a float32 tensor in [−1, 1]: (byte − 127.5) / 127.5.
 * @param images One after the other.
 * @param shape Of the tensor, such as [size, height, width, 3].
 * @throws RangeError for another number of bytes than that shape has.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { imagesToTensor } from '@lin/train';
 *
 * console.log(imagesToTensor(Uint8Array.of(0, 255, 51), [1, 1, 1, 3]).dataSync());
 * ```
 * ```text
 * Float32Array(3) [ -1, 1, -0.6000000238418579 ]
 * ```
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
