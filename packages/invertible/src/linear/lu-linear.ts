// An invertible matrix by its factors (Kingma & Dhariwal 2018, Glow, §3.2, eq. 10–11): y = x P L U over the last axis, so a 1×1 convolution
// for images. P is a fixed permutation, L unit lower triangular, U upper triangular with the diagonal exp(s), s = c · tanh(h / c).
//   log|det| = positions · Σ s.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import { softClamp } from '../transforms/soft-clamp.js';
import { zerosVariable } from '../parameters/initializers.js';
import { channelsOf, sizeOf, type Shape } from '../bijection/shapes.js';
import { Permutation } from '../rearrange/permutation.js';
import { inverseOfUnitUpper, strictlyUpper } from './triangular.js';

export interface LuLinearOptions {
  shape: Shape;
  /** c, the bound of |log| of U's diagonal: without one, training may make the matrix singular. */
  maxLogScale?: number;
  /** Of the permutation P; L and U start as the identity. */
  seed: number;
}

/**
 * An invertible matrix by its factors (Kingma & Dhariwal 2018, Glow, arXiv 1807.03039, §3.2, eq. 10–11): y = x P L U over the last axis,
 * a 1×1 convolution for images; [B, …, c] both ways. New, it is the permutation P. Log-determinant: positions · Σ s, s = c · tanh(h /
 * c).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LuLinear } from '@lin/invertible';
 * const layer = new LuLinear({ shape: [2], seed: 1 });
 * layer.factors.assign(tf.tensor2d([[0.5, 2], [0, -0.5]])); // h on the diagonal, U above it
 * const { y, logDet } = layer.applyWithLogDet(tf.tensor2d([[1, 1]]));
 * layer.invert(y).print();
 * logDet.print(); // tanh 0.5 − tanh 0.5
 * ```
 * ```text
 * Tensor
 *      [[1, 1],]
 * Tensor
 *     [0]
 * ```
 */
export class LuLinear extends ConstantJacobian {
  readonly permutation: Permutation;
  /** L below the diagonal and U above it, [channels, channels], as LAPACK packs them; the diagonal itself is h. */
  readonly factors: tf.Variable;
  private readonly logScale: (h: tf.Tensor) => tf.Tensor;

  /** @throws ShapeError for a shape without channels, RangeError for a bound that is not a finite number above 0. */
  constructor({ shape, maxLogScale = 1, seed }: LuLinearOptions) {
    const channels = channelsOf('LuLinear', shape);
    super('LuLinear', { inputShape: shape });
    this.logScale = softClamp('tanh', maxLogScale);
    this.permutation = new Permutation({ shape, seed });
    this.factors = zerosVariable([channels, channels]);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    const { L, N, scale } = this.split();
    const lower = tf.matMul(positionsOf(this.permutation.apply(x)), L);
    return tf.reshape(tf.mul(tf.add(lower, tf.matMul(lower, N)), scale), x.shape);
  }

  /** U = (I + N) diag(exp s), so x = (y ⊘ exp(s)) (I + N)⁻¹ L⁻¹ Pᵀ. */
  protected unmap(y: tf.Tensor): tf.Tensor {
    const { L, N, scale } = this.split();
    const upper = tf.matMul(tf.div(positionsOf(y), scale) as tf.Tensor2D, inverseOfUnitUpper(N));
    const lower = tf.matMul(upper, inverseOfUnitUpper(tf.transpose(L)), false, true);
    return this.permutation.invert(tf.reshape(lower, y.shape));
  }

  protected override logVolume(): tf.Tensor {
    const positions = sizeOf(this.inputShape) / this.factors.shape[0]!;
    return tf.mul(tf.sum(this.logDiagonal()), positions);
  }

  override dispose(): void {
    this.permutation.dispose();
    this.factors.dispose();
  }

  private split() {
    const n = this.factors.shape[0]!;
    const above = strictlyUpper(n);
    const L = tf.add(tf.mul(this.factors, tf.transpose(above)), tf.eye(n)) as tf.Tensor2D;
    const N = tf.mul(this.factors, above) as tf.Tensor2D;
    return { L, N, scale: tf.exp(this.logDiagonal()) };
  }

  /** s, [channels]. */
  private logDiagonal(): tf.Tensor {
    return this.logScale(tf.sum(tf.mul(this.factors, tf.eye(this.factors.shape[0]!)), 0));
  }
}

const positionsOf = (x: tf.Tensor) => tf.reshape(x, [x.size / x.shape.at(-1)!, x.shape.at(-1)!]) as tf.Tensor2D;
