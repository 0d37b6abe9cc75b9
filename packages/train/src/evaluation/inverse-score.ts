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

export async function scoreInverse(
  gx: Pick<InvertibleEncoder, 'imageShape' | 'encode' | 'decode'>,
  batches: AsyncIterable<{ images: Uint8Array; size: number }>,
): Promise<InverseScore> {
  const gains: number[] = [];
  let maxError = 0;
  let exactBytes = 0;
  for await (const { images, size } of batches) {
    const x = imagesToTensor(images, [size, ...gx.imageShape]);
    const verification = verifyInverse(gx, x, { seed: gains.length });
    x.dispose();
    maxError = Math.max(maxError, verification.maxError);
    exactBytes += verification.exactBytes * size;
    gains.push(...verification.gains);
  }
  gains.sort((a, b) => a - b);
  return { maxError, exactBytes: exactBytes / gains.length, gainP99: gains[Math.ceil(0.99 * gains.length) - 1]! };
}
