// The Haar wavelet transform of images (Haar 1910; as a squeeze in flows: Ardizzone et al. 2019, arXiv 1907.02392): [h, w, c] → [h/2, w/2,
// 4c].
// Each 2 × 2 patch a b / c d becomes, in this order, its
//   mean (a+b+c+d)/2, horizontal (a−b+c−d)/2, vertical (a+b−c−d)/2 and diagonal detail (a−b−c+d)/2:
// an orthonormal, symmetric 4 × 4 matrix, so its own inverse. Log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import type { Shape } from '../bijection/shapes.js';
import { Squeeze } from '../rearrange/squeeze.js';

/**
 * The Haar wavelet transform of images (Haar 1910; as a squeeze in flows: Ardizzone et al. 2019, arXiv 1907.02392): [B, h, w, c] → [B,
 * h/2, w/2, 4c], each 2 × 2 patch becoming its mean, horizontal, vertical and diagonal detail. Orthonormal; log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { HaarWavelet } from '@lin/invertible';
 * const layer = new HaarWavelet({ shape: [2, 2, 1] });
 * const y = layer.apply(tf.tensor4d([4, 2, 4, 2], [1, 2, 2, 1]));
 * console.log(Array.from(y.dataSync()), Array.from(layer.invert(y).dataSync()));
 * ```
 * ```text
 * [ 6, 2, 0, 0 ] [ 4, 2, 4, 2 ]
 * ```
 */
export class HaarWavelet extends ConstantJacobian {
  private readonly squeeze: Squeeze;

  /** @throws ShapeError unless `shape` is [height, width, channels] with even sides. */
  constructor({ shape }: { shape: Shape }) {
    const squeeze = new Squeeze({ shape });
    super('HaarWavelet', { inputShape: squeeze.inputShape, outputShape: squeeze.outputShape });
    this.squeeze = squeeze;
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return butterfly(this.squeeze.apply(x));
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return this.squeeze.invert(butterfly(y));
  }
}

/** Sums and differences by sums and differences: 8 additions for each 4 numbers. */
function butterfly(patches: tf.Tensor): tf.Tensor {
  const axis = patches.rank - 1;
  const [a, b, c, d] = tf.split(patches, 4, axis) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const [top, bottom] = [tf.add(a, b), tf.add(c, d)];
  const [topStep, bottomStep] = [tf.sub(a, b), tf.sub(c, d)];
  const bands = [tf.add(top, bottom), tf.add(topStep, bottomStep), tf.sub(top, bottom), tf.sub(topStep, bottomStep)];
  return tf.mul(tf.concat(bands, axis), 0.5);
}
