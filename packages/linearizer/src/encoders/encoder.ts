import type * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '@lin/invertible';

/** g_x as training sees it: an image to the core that A acts on. */
export interface Encoder {
  readonly latentDim: number;
  /** The per-sample shape it takes. */
  readonly imageShape: readonly number[];
  readonly numBlocks: number;
  core(x: tf.Tensor): tf.Tensor2D;
  dispose(): void;
}

/** A g_x that is a bijection: what the core leaves out is in the residual, and the two give the image back. */
export interface InvertibleEncoder<Element extends tf.Tensor = tf.Tensor4D> extends Encoder {
  encode(x: tf.Tensor): { core: tf.Tensor2D; residual: tf.Tensor2D; logDet: tf.Tensor1D };
  decode(core: tf.Tensor2D, residual: tf.Tensor2D): Element;
  /** Of a g_x of vectors that leaves no residual: the network of vectors that it is, and whose space its inputs are. */
  readonly vectorNetwork?: Invertible;
}

/**
 * Whether a g_x also leads back to the image: an image flow does, the authors' notebook's CNN does not.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ImageFlow } from '@lin/invertible';
 * import { CnnEncoder, isInvertible } from '@lin/linearizer';
 *
 * const flow = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [1, 1, 1], hiddenDim: [4, 4, 4] });
 * const cnn = new CnnEncoder({ imageShape: [16, 16, 1], latentDim: 4 });
 * console.log(isInvertible(flow), isInvertible(cnn));
 * ```
 * ```text
 * true false
 * ```
 */
export function isInvertible(encoder: Encoder): encoder is InvertibleEncoder {
  return 'encode' in encoder && 'decode' in encoder;
}
