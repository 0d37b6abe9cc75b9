// Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015, arXiv 1502.03167, Algorithm 1), forward and backward in one op
// each.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, op, runOp } from '../tensorflow/active.js';
import { dtypes } from '../tensorflow/dtypes.js';

export interface BatchNormOptions {
  /** γ and β, [C]. */
  scale: tf.Tensor1D;
  offset: tf.Tensor1D;
  epsilon?: number;
}

export interface BatchNormResult {
  /** γ (x − mean) / √(variance + ε) + β, of x's shape; the variance here is the biased one. */
  y: tf.Tensor4D;
  /** Of the batch, [C]: for running statistics. No gradient flows through them. */
  mean: tf.Tensor1D;
  /** Unbiased: Σ (x − mean)² / (n − 1). */
  variance: tf.Tensor1D;
}

/** Normalises [B, h, w, C] over all but the last axis; gradients reach x, scale and offset, through the statistics too. */
export function batchNorm(x: tf.Tensor4D, { scale, offset, epsilon = 1e-5 }: BatchNormOptions): BatchNormResult {
  return tf.tidy(() =>
    activeTensorFlow() ? fused(x, scale, offset, epsilon) : composed(x, scale, offset, epsilon),
  ) as BatchNormResult;
}

function fused(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number) {
  const attributes = [
    op.type('T', dtypes.TF_FLOAT),
    op.type('U', dtypes.TF_FLOAT),
    op.float('epsilon', epsilon),
    op.string('data_format', 'NHWC'),
    op.bool('is_training', true),
  ];
  let statistics: tf.Tensor[] = [];
  const y = tf.customGrad((...args) => {
    const [x, scale, offset, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const none = tf.tensor1d([], 'float32');
    const [value, mean, variance, ...reserved] = runOp(
      'FusedBatchNormV3',
      attributes,
      [x, scale, offset, none, none],
      6,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    statistics = [mean, variance].map((tensor) => tf.keep(tensor));
    save([x, scale, ...reserved]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      runOp('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3);
    return { value, gradFunc };
  })(x, scale, offset);
  const [mean, variance] = statistics.map((tensor) => tensor.clone()); // owned by the caller's tidy, as any result is
  tf.dispose(statistics);
  return { y, mean: mean!, variance: variance! };
}

function composed(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number) {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const y = tf.add(tf.mul(tf.sub(x, mean), tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))), offset);
  const count = x.size / x.shape[3];
  return { y, mean, variance: tf.mul(variance, count / Math.max(1, count - 1)) };
}
