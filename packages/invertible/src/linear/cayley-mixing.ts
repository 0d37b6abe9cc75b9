// Orthogonal 1×1 mixing by the Cayley transform (Cayley 1846): y = x Q over the last axis, Q = (I − S)(I + S)⁻¹ = 2 (I + S)⁻¹ − I for a
// skew S = −Sᵀ. Orthogonal whatever the parameters are: its inverse is its transpose, its condition number 1, its log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ChannelAffine } from '../bijection/channel-affine.js';
import { normalVariable } from '../parameters/initializers.js';
import { channelsOf, type Shape } from '../bijection/shapes.js';

export interface CayleyMixingOptions {
  shape: Shape;
  seed: number;
}

/** Σ λ² over S's eigenvalues iλ stays below this per channel, so |λ| below 8 √channels: I + S then always has an inverse in float32. */
const MAX_MEAN_SQUARE = 64;

/**
 * Orthogonal mixing of the last axis by the Cayley transform: y = x Q, Q = (I − S)(I + S)⁻¹ for a skew S (Lezcano-Casado &
 * Martínez-Rubio 2019, arXiv 1901.08428, §3). [B, …, c] both ways; every rotation near the identity is reached by c × c parameters.
 * Log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { CayleyMixing } from '@lin/invertible';
 * const layer = new CayleyMixing({ shape: [2], seed: 1 });
 * layer.generator.assign(tf.tensor2d([[0, -0.5], [0.5, 0]]));
 * layer.apply(tf.tensor2d([[1, 0]])).print(); // a rotation
 * ```
 * ```text
 * Tensor
 *      [[0.0077519, 0.99997],]
 * ```
 */
export class CayleyMixing extends ChannelAffine {
  /** A of S = (A − Aᵀ) / √(1 + |A − Aᵀ|² / 64n), [n, n]; the root keeps |S|² below 64 n whatever training does. */
  readonly generator: tf.Variable;

  /** @throws ShapeError for a shape without channels. */
  constructor({ shape, seed }: CayleyMixingOptions) {
    const channels = channelsOf('CayleyMixing', shape);
    super('CayleyMixing', { inputShape: shape });
    this.generator = normalVariable([channels, channels], 1 / Math.sqrt(channels), seed);
  }

  protected linear(x: tf.Tensor): tf.Tensor {
    return this.rotate(x, false);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return this.rotate(y, true);
  }

  override dispose(): void {
    this.generator.dispose();
  }

  private rotate(x: tf.Tensor, transposed: boolean): tf.Tensor {
    const n = this.generator.shape[0]!;
    const difference = tf.sub(this.generator, tf.transpose(this.generator)) as tf.Tensor2D;
    const limit = tf.sqrt(tf.add(tf.div(tf.sum(tf.square(difference)), MAX_MEAN_SQUARE * n), 1));
    const inverse = inverseOfIdentityPlusSkew(tf.div(difference, limit));
    const rows = tf.reshape(x, [x.size / n, n]) as tf.Tensor2D;
    return tf.reshape(tf.sub(tf.mul(tf.matMul(rows, inverse, false, transposed), 2), rows), x.shape);
  }
}

/**
 * (I + S)⁻¹ by Newton's iteration X ← X (2I − M X) (Schulz 1933), which mends its own rounding. M = I + S is normal with singular values
 * √(1 + λ²), so from X = Mᵀ / (1 + |S|²/2) on (|S|² counts every λ² twice) the error 1 − (1 + λ²) / (1 + |S|²/2) is squared each time.
 * Below 1e-8 after log₂(20 (1 + 32n)) rounds in the worst case, a number that does not depend on values, so that a step can be recorded.
 */
function inverseOfIdentityPlusSkew(S: tf.Tensor2D): tf.Tensor2D {
  const n = S.shape[0];
  const rounds = Math.ceil(Math.log2(20 * (1 + (MAX_MEAN_SQUARE / 2) * n)));
  return tf.customGrad((skew, save) => {
    const identity = tf.eye(n);
    const M = tf.add(identity, skew as tf.Tensor2D);
    const start = tf.add(tf.div(tf.sum(tf.square(skew as tf.Tensor)), 2), 1);
    let X: tf.Tensor2D = tf.div(tf.transpose(M), start);
    for (let round = 0; round < rounds; round++) X = tf.matMul(X, tf.sub(tf.mul(identity, 2), tf.matMul(M, X)));
    (save as tf.GradSaveFunc)([X]);
    return {
      value: X,
      gradFunc: (dX: tf.Tensor2D, saved: tf.Tensor[]) => gradientOfInverse(saved[0] as tf.Tensor2D, dX),
    };
  })(S) as tf.Tensor2D;
}

/** d(M⁻¹) = −M⁻¹ dM M⁻¹. */
const gradientOfInverse = (inverse: tf.Tensor2D, dy: tf.Tensor2D) =>
  tf.neg(tf.matMul(tf.matMul(inverse, dy, true, false), inverse, false, true));
