// Invertible 1×1 mixing by an orthogonal matrix: y = x Q over the last axis, with Q the product of k Householder reflections (Tomczak &
// Welling 2016, arXiv 1611.09630) in compact WY form (Schreiber & Van Loan 1989): Q = I − V T Vᵀ. Orthogonal whatever the parameters are,
// so its inverse is its transpose, its condition number 1, its log-determinant 0, and no channels × channels matrix is formed.
import * as tf from '@tensorflow/tfjs-core';
import { ChannelAffine } from '../bijection/channel-affine.js';
import { normalVariable } from '../parameters/initializers.js';
import { channelsOf, type Shape } from '../bijection/shapes.js';
import { requireInteger } from '../parameters/options.js';
import { inverseOfUnitUpper } from './triangular.js';

export interface OrthogonalMixingOptions {
  shape: Shape;
  /** k; one for each channel reaches every rotation, a few suffice between couplings. */
  reflections?: number;
  seed: number;
}

/**
 * Invertible mixing of the last axis by an orthogonal matrix, a 1×1 convolution for images: y = x Q, Q a product of k Householder
 * reflections (Tomczak & Welling 2016, arXiv 1611.09630). [B, …, c] both ways. Orthogonal whatever its parameters are: lengths stay,
 * log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { OrthogonalMixing } from '@lin/invertible';
 * const layer = new OrthogonalMixing({ shape: [3], reflections: 2, seed: 1 });
 * const x = tf.tensor2d([[3, 0, 4]]);
 * const y = layer.apply(x);
 * console.log(tf.norm(y).dataSync()[0]!.toFixed(4), layer.normals.shape);
 * console.log(tf.max(tf.abs(tf.sub(layer.invert(y), x))).dataSync()[0]! < 1e-6);
 * ```
 * ```text
 * 5.0000 [ 3, 2 ]
 * true
 * ```
 */
export class OrthogonalMixing extends ChannelAffine {
  /** The reflections' normals as columns, [channels, k]; only their directions matter. */
  readonly normals: tf.Variable;

  /** @throws ShapeError for a shape without channels, RangeError for fewer than 1 reflection. */
  constructor({ shape, reflections = 8, seed }: OrthogonalMixingOptions) {
    const channels = channelsOf('OrthogonalMixing', shape);
    requireInteger('reflections', reflections);
    super('OrthogonalMixing', { inputShape: shape });
    this.normals = normalVariable([channels, Math.min(reflections, channels)], 1, seed);
  }

  protected linear(x: tf.Tensor): tf.Tensor {
    return this.reflect(x, false);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return this.reflect(y, true);
  }

  /**
   * x Q, or x Qᵀ: x + ((x V) (−T)) Vᵀ, with Tᵀ for the transpose; the sign is T's, which is small, so that no gradient of x's size is
   * negated.
   */
  private reflect(x: tf.Tensor, transposed: boolean): tf.Tensor {
    const [channels] = this.normals.shape as [number, number];
    const rows = tf.reshape(x, [-1, channels]) as tf.Tensor2D;
    const V = tf.div(this.normals, tf.norm(this.normals, 'euclidean', 0, true)) as tf.Tensor2D;
    const negT = tf.neg(wyFactor(V)) as tf.Tensor2D;
    const xVT = tf.matMul(tf.matMul(rows, V), negT, false, transposed);
    return tf.reshape(tf.add(rows, tf.matMul(xVT, V, false, true)), x.shape);
  }

  override dispose(): void {
    this.normals.dispose();
  }
}

/** T of Q = I − V T Vᵀ for unit columns: T⁻¹ = triu(VᵀV, 1) + ½ I, so T = 2 (I + N)⁻¹ with N = 2 triu(VᵀV, 1). */
function wyFactor(V: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(inverseOfUnitUpper(tf.mul(tf.matMul(V, V, true, false), 2)), 2);
}
