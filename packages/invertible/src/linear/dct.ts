// The orthonormal discrete cosine transform, type II (Ahmed et al. 1974): along a vector, or along the height and the width of each channel
// of an image. y_k = √(2/n) · σ_k Σ_i x_i cos(π (2i + 1) k / 2n), σ_0 = 1/√2, else 1. Its inverse is its transpose; log-determinant 0.
import * as tf from '@tensorflow/tfjs-core';
import { ConstantJacobian } from '../bijection/constant-jacobian.js';
import { requireSizes, ShapeError, type Shape } from '../bijection/shapes.js';

/** The transform is a product with an n × n matrix: above this side (64 MiB of matrix) another method is called for. */
const MAX_SIDE = 4096;

/**
 * The orthonormal discrete cosine transform, type II (Ahmed et al. 1974, https://doi.org/10.1109/T-C.1974.223784), of vectors [B, n], or
 * along height and width of each channel of images [B, h, w, c]. Its inverse is its transpose; log-determinant 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Dct } from '@lin/invertible';
 * const layer = new Dct({ shape: [4] });
 * const y = layer.apply(tf.tensor2d([[1, 1, 1, 1]]));
 * console.log(Array.from(y.dataSync(), (value) => Math.abs(value).toFixed(4)));
 * ```
 * ```text
 * [ '2.0000', '0.0000', '0.0000', '0.0000' ]
 * ```
 */
export class Dct extends ConstantJacobian {
  /** The matrix of each side, computed once. */
  private readonly sides: readonly Float32Array[];

  /** @throws ShapeError unless `shape` is [n] or [height, width, channels], sides up to 4096. */
  constructor({ shape }: { shape: Shape }) {
    requireSizes('Dct', shape);
    if (
      (shape.length !== 1 && shape.length !== 3) ||
      shape[0]! > MAX_SIDE ||
      (shape.length === 3 && shape[1]! > MAX_SIDE)
    ) {
      throw new ShapeError(
        `Dct: shape is [${shape.join(', ')}]; expected [n] or [height, width, channels] with sides of at most ${MAX_SIDE}.`,
      );
    }
    super('Dct', { inputShape: shape });
    this.sides = shape.slice(0, 2).map(cosines);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return this.alongSides(x, false);
  }

  protected unmap(y: tf.Tensor): tf.Tensor {
    return this.alongSides(y, true);
  }

  private alongSides(x: tf.Tensor, transposed: boolean): tf.Tensor {
    const batch = x.shape[0]!;
    const [first, second] = this.sides.map((side) =>
      tf.tensor2d(side, [Math.sqrt(side.length), Math.sqrt(side.length)]),
    );
    if (!second) return tf.matMul(x as tf.Tensor2D, first!, false, !transposed);
    const [height, width, channels] = this.inputShape as [number, number, number];
    const alongHeight = left(first!, tf.reshape(x, [batch, height, width * channels]), transposed);
    const alongWidth = left(second, tf.reshape(alongHeight, [batch * height, width, channels]), transposed);
    return tf.reshape(alongWidth, x.shape);
  }
}

/** C X, or Cᵀ X, of every X [n, m] of a batch. */
function left(C: tf.Tensor2D, X: tf.Tensor, transposed: boolean): tf.Tensor {
  const [batch, n, m] = X.shape as [number, number, number];
  const columns = tf.reshape(tf.transpose(X, [1, 0, 2]), [n, batch * m]) as tf.Tensor2D;
  return tf.transpose(tf.reshape(tf.matMul(C, columns, transposed), [n, batch, m]), [1, 0, 2]);
}

/** C [n, n], row k for y_k, computed in float64. */
function cosines(n: number): Float32Array {
  const entry = (k: number, i: number) =>
    k === 0 ? Math.sqrt(1 / n) : Math.sqrt(2 / n) * Math.cos((Math.PI * (2 * i + 1) * k) / (2 * n));
  return Float32Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n));
}
