// A face's embedding as the verification protocols take it: that of the image plus that of its mirror image, neither normalised.
import { euclideanNorm } from '@lin/verification';
import { mirror } from '../batches/augment.js';
import { DataOptionError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';

/** RGB bytes [B, 112, 112, 3] → [B, d], as the network gives them: their lengths count. */
export type EmbedFunction = (images: Uint8Array) => Promise<Float32Array>;

export interface FlipEmbeddings {
  /** Sum of the two, [B, d]. */
  embeddings: Float64Array;
  /** Sum of the lengths of all 2B. */
  norms: number;
}

/** `images` is left as it is. @throws DataOptionError where `embed` does not give a row of `size` finite numbers for each. */
export async function embedWithFlip(images: Uint8Array, embed: EmbedFunction, size?: number): Promise<FlipEmbeddings> {
  const count = images.length / IMAGE_BYTES;
  const upright = await embed(images);
  const mirrored = images.slice();
  for (let i = 0; i < count; i++) mirror(mirrored.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES));
  const flipped = await embed(mirrored);
  const width = size ?? upright.length / count;
  if (
    !Number.isInteger(width) ||
    width === 0 ||
    upright.length !== count * width ||
    flipped.length !== upright.length
  ) {
    throw new DataOptionError(
      `embed gave ${upright.length} and ${flipped.length} numbers for ${count} images; ` +
        `expected ${size ?? 'the same number'} for each image, every time.`,
    );
  }
  return {
    embeddings: Float64Array.from(upright, (value, i) => value + flipped[i]!),
    norms: sumOfNorms(upright, width) + sumOfNorms(flipped, width),
  };
}

function sumOfNorms(rows: Float32Array, size: number): number {
  let total = 0;
  for (let start = 0; start < rows.length; start += size) total += euclideanNorm(rows.subarray(start, start + size));
  if (!Number.isFinite(total))
    throw new DataOptionError('embed gave a number that is not finite; the model is damaged, or has diverged.');
  return total;
}
