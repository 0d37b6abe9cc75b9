// Bytes ↔ the pixel range every network here works in: (x − 127.5) / 127.5, so 0…255 becomes [−1, 1] (InsightFace's own scaling).
import * as tf from '@tensorflow/tfjs-core';

export const IMAGE_SIZE = 112;
const IMAGE_LENGTH = IMAGE_SIZE * IMAGE_SIZE * 3;

const PIXEL_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) => (byte - 127.5) / 127.5);

/** RGB bytes [size, 112, 112, 3] as a float32 tensor of that shape in [−1, 1]. */
export function imagesToTensor(images: Uint8Array, size: number): tf.Tensor4D {
  if (images.length !== size * IMAGE_LENGTH) {
    throw new RangeError(
      `imagesToTensor: ${images.length} bytes are not ${size} images of ${IMAGE_SIZE}×${IMAGE_SIZE}×3 (${size * IMAGE_LENGTH} bytes); pass a whole batch.`,
    );
  }
  const pixels = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) pixels[i] = PIXEL_OF_BYTE[images[i]!]!;
  return tf.tensor4d(pixels, [size, IMAGE_SIZE, IMAGE_SIZE, 3]);
}
