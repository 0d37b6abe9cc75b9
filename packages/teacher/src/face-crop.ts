// An aligned crop of a face as every recogniser of InsightFace takes it: its size, its bytes, which of a graph's inputs takes
// one, and which of its outputs is an embedding.
import type { GraphValue } from './onnx/read-model.js';

/** Height and width of an aligned crop, in pixels. */
export const CROP_SIZE = 112;
/** Bytes of an aligned crop, RGB. */
export const CROP_BYTES = CROP_SIZE * CROP_SIZE * 3;

/** [N, 3, 112, 112] or [N, 112, 112, 3]; sizes may be open. */
export function takesCrops({ sizes }: GraphValue, layout: 'nchw' | 'nhwc'): boolean {
  const expected = layout === 'nchw' ? [undefined, 3, CROP_SIZE, CROP_SIZE] : [undefined, CROP_SIZE, CROP_SIZE, 3];
  return (
    sizes.length === 4 && expected.every((size, i) => size === undefined || sizes[i] === undefined || sizes[i] === size)
  );
}

/** [N, size], [N, size, 1, 1], or without a stated shape. */
export const isEmbedding = ({ sizes }: GraphValue) =>
  sizes.length === 0 || (sizes.length >= 2 && sizes.slice(2).every((size) => size === 1));
