// Shapes that do not fit: TensorFlow's counts of int32 and wasm's memory of 4 GB overflow in silence, and wasm reads what lies beside.
import * as tf from '@tensorflow/tfjs-core';
import { correct } from './correct.js';

const MOST_COPIES = 2 ** 31 - 1;
const MOST_BYTES_OF_WASM = 2 ** 32 - 1;

/** `tile` of more copies than int32 counts, or of more than wasm's memory. */
export function refuseShapesTooLarge(backendName: string): void {
  correct(tf.Tile, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    const { reps } = args.attrs as unknown as tf.TileAttrs;
    const bytes = reps.reduce((product, count) => product * count, x.size * tf.util.bytesPerElement(x.dtype));
    if (reps.some((count) => count > MOST_COPIES) || (backendName === 'wasm' && bytes > MOST_BYTES_OF_WASM))
      throw new Error(
        `tile: [${x.shape}] in [${reps}] copies takes ${bytes} bytes, more than ${backendName} can address.`,
      );
    return own(args);
  });
}

export function refuseSlicesOutOfRange(backendName: string): void {
  correct(tf.Slice, backendName, (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    const { begin, size } = args.attrs as unknown as tf.SliceAttrs;
    const [from, extents] = tf.slice_util.parseSliceParams(x, begin, size);
    tf.slice_util.assertParamsValid(x, from as number[], extents as number[]);
    return own(args);
  });
}
