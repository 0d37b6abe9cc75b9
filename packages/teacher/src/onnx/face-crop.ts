// An aligned crop of a face as every recogniser of InsightFace takes it: its size, its bytes, and which of a graph's inputs is one.
import type { GraphValue } from './read-model.js';

/** Height and width of an aligned crop. */
export const INPUT_SIZE = 112;
/** Bytes of an aligned crop. */
export const IMAGE_LENGTH = INPUT_SIZE * INPUT_SIZE * 3;

/** [N, 3, 112, 112] or [N, 112, 112, 3]; sizes may be open. */
export function isImage({ sizes }: GraphValue, layout: 'nchw' | 'nhwc'): boolean {
  const expected = layout === 'nchw' ? [undefined, 3, INPUT_SIZE, INPUT_SIZE] : [undefined, INPUT_SIZE, INPUT_SIZE, 3];
  return (
    sizes.length === 4 && expected.every((size, i) => size === undefined || sizes[i] === undefined || sizes[i] === size)
  );
}
