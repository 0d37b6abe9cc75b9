// Clipping by the joint norm of all gradients (Pascanu et al. 2013, arXiv 1211.5063, Algorithm 1), without a temporary for their squares.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, floatOp } from '../tensorflow/active.js';

export interface ClippedGradients {
  /** In the order they were given; all zero where the norm is not finite, so that one bad step changes nothing. */
  gradients: tf.Tensor[];
  /** √ of the sum of squares over every entry, before clipping. */
  norm: tf.Scalar;
}

/** g · min(1, clipNorm / norm); a clipNorm of Infinity only measures. */
export function clipByGlobalNorm(gradients: readonly tf.Tensor[], clipNorm: number): ClippedGradients {
  const onTensorFlow = activeTensorFlow() !== undefined;
  if (gradients.length === 0) return { gradients: [], norm: tf.scalar(0) };
  const norm = tf.tidy(() =>
    tf.sqrt(tf.addN(gradients.map(onTensorFlow ? sumOfSquares : (g) => tf.sum(tf.square(g))))),
  ) as tf.Scalar;
  const clipped = tf.tidy(() => {
    const scale = Number.isFinite(clipNorm) ? tf.minimum(1, tf.div(clipNorm, norm)) : tf.onesLike(norm); // 1 / 0 is infinite: no clipping
    const isFinite = tf.less(norm, Infinity); // false for NaN, too
    const factor = tf.where(isFinite, scale, 0) as tf.Scalar;
    return gradients.map((g) =>
      onTensorFlow ? mulNoNan(g, factor) : tf.where(isFinite, tf.mul(g, factor), tf.zerosLike(g)),
    );
  });
  return { gradients: clipped, norm };
}

/** L2Loss is Σ x² / 2 in one pass. */
const sumOfSquares = (x: tf.Tensor) => tf.mul(floatOp('L2Loss', x), 2);

/** x · factor, and 0 where the factor is 0 even if x is not finite. */
const mulNoNan = (x: tf.Tensor, factor: tf.Scalar) => floatOp('MulNoNan', x, factor);
