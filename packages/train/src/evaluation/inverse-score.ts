// How exactly g_x gives every test image back, measured on all of them.
import { verifyInverse } from '@lin/invertible';
import type { InvertibleEncoder } from '@lin/linearizer';
import { imagesToTensor } from '../objectives/images-to-tensor.js';

export interface InverseScore {
  /** Largest pixel error after g_x⁻¹(g_x(x)), pixels in [−1, 1]. */
  maxError: number;
  /** Share of bytes recovered as they were: 1 is all of them. */
  exactBytes: number;
  /** 99th percentile over images of the local gain of g_x⁻¹: float32's rounding of the latent is amplified by it. */
  gainP99: number;
}

/**
 * How exactly g_x gives images back, g_x⁻¹(g_x(x)), over all images of `batches`.
 * @param gx An image flow, or any other bijection of images.
 * @param batches Bytes of `size` images each, of `gx.imageShape`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ImageFlow } from '@lin/invertible';
 * import { scoreInverse } from '@lin/train';
 *
 * const gx = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] });
 * async function* batches() {
 *   yield { size: 2, images: Uint8Array.from({ length: 2 * 256 }, (_, i) => (i * i) % 256) };
 * }
 * const { exactBytes, maxError } = await scoreInverse(gx, batches());
 * console.log(exactBytes, maxError < 1e-4);
 * ```
 * ```text
 * 1 true
 * ```
 */
export async function scoreInverse(
  gx: Pick<InvertibleEncoder, 'imageShape' | 'encode' | 'decode'>,
  batches: AsyncIterable<{ images: Uint8Array; size: number }>,
): Promise<InverseScore> {
  const gains: number[] = [];
  let maxError = 0;
  let exactBytes = 0;
  for await (const { images, size } of batches) {
    const x = imagesToTensor(images, [size, ...gx.imageShape]);
    const verification = verifyInverse(gx, x, { seed: gains.length, layers: false });
    x.dispose();
    maxError = Math.max(maxError, verification.maxError);
    exactBytes += verification.exactBytes * size;
    gains.push(...verification.gains);
  }
  gains.sort((a, b) => a - b);
  return { maxError, exactBytes: exactBytes / gains.length, gainP99: gains[Math.ceil(0.99 * gains.length) - 1]! };
}
