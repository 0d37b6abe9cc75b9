// Invertible 1×1 mixing by an orthogonal matrix: y = x Q over the last axis, with Q the product of k Householder reflections (Tomczak & Welling
// 2016, arXiv 1611.09630) in compact WY form (Schreiber & Van Loan 1989): Q = I − V T Vᵀ. Orthogonal whatever the parameters are, so its inverse
// is its transpose, its condition number 1, its log-determinant 0, and no channels × channels matrix is formed.
import * as tf from '@tensorflow/tfjs-core';
import { normalVariable } from '../initializers.js';
import { channelsOf, requireInteger, requireShape, type Invertible, type Shape } from '../invertible.js';

export interface OrthogonalMixingOptions {
  shape: Shape;
  /** k; as many as channels reach every rotation, a few suffice between couplings. */
  reflections?: number;
  seed: number;
}

export class OrthogonalMixing implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** The reflections' normals as columns, [channels, k]; only their directions matter. */
  readonly normals: tf.Variable;

  constructor({ shape, reflections = 8, seed }: OrthogonalMixingOptions) {
    const channels = channelsOf('OrthogonalMixing', shape);
    requireInteger('reflections', reflections);
    this.inputShape = this.outputShape = shape;
    this.normals = normalVariable([channels, Math.min(reflections, channels)], 1, seed);
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape('OrthogonalMixing', x, this.inputShape);
    return tf.tidy(() => this.reflect(x, false));
  }

  invert(y: tf.Tensor): tf.Tensor {
    requireShape('OrthogonalMixing inverse', y, this.outputShape);
    return tf.tidy(() => this.reflect(y, true));
  }

  forward(x: tf.Tensor) {
    return { y: this.apply(x), logDet: tf.zeros<tf.Rank.R1>([x.shape[0]!]) };
  }

  inverse(y: tf.Tensor) {
    return { x: this.invert(y), logDet: tf.zeros<tf.Rank.R1>([y.shape[0]!]) };
  }

  /** x Q, or x Qᵀ: x + ((x V) (−T)) Vᵀ, with Tᵀ for the transpose; the sign is T's, which is small, so that no gradient of x's size is negated. */
  private reflect(x: tf.Tensor, transposed: boolean): tf.Tensor {
    const [channels] = this.normals.shape as [number, number];
    const rows = tf.reshape(x, [-1, channels]) as tf.Tensor2D;
    const V = tf.div(this.normals, tf.norm(this.normals, 'euclidean', 0, true)) as tf.Tensor2D;
    const negT = tf.neg(wyFactor(V)) as tf.Tensor2D;
    const xVT = tf.matMul(tf.matMul(rows, V), negT, false, transposed);
    return tf.reshape(tf.add(rows, tf.matMul(xVT, V, false, true)), x.shape);
  }

  dispose(): void {
    this.normals.dispose();
  }
}

/**
 * T of Q = I − V T Vᵀ for unit columns: T⁻¹ = triu(VᵀV, 1) + ½ I, so T = 2 (I + N)⁻¹ with N = 2 triu(VᵀV, 1). Of [A B; 0 D] the inverse is
 * [A⁻¹ −A⁻¹BD⁻¹; 0 D⁻¹]: from 1 × 1 blocks on, each round joins two neighbours. A series in powers of N would be as short, but for normals that
 * point alike those powers grow far beyond their sum.
 */
function wyFactor(V: tf.Tensor2D): tf.Tensor2D {
  const k = V.shape[1];
  const N = tf.mul(tf.matMul(V, V, true, false), 2);
  let inverse: tf.Tensor2D = tf.eye(k);
  for (let size = 1; size < k; size *= 2) {
    const B = tf.mul(N, neighbours(k, size)) as tf.Tensor2D;
    inverse = tf.sub(inverse, tf.matMul(tf.matMul(inverse, B), inverse));
  }
  return tf.mul(inverse, 2) as tf.Tensor2D;
}

/** 1 where a row's block of `size` is the left one of a pair and a column's is the right one, [k, k]. */
function neighbours(k: number, size: number): tf.Tensor2D {
  const block = (i: number) => Math.floor(i / size);
  const joins = (row: number, column: number) => block(row) % 2 === 0 && block(column) === block(row) + 1;
  return tf.tensor2d(Float32Array.from({ length: k * k }, (_, i) => Number(joins(Math.floor(i / k), i % k))), [k, k]);
}
