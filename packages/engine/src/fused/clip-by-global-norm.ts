// Clipping by the joint norm of all gradients (Pascanu et al. 2013, arXiv 1211.5063, Algorithm 1), without a temporary for their squares.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, op, runOp } from '../tensorflow/active.js';
import { dtypes } from '../tensorflow/dtypes.js';

export interface ClippedGradients {
  /** In the order they were given; all zero where the norm is not finite, so that one bad step changes nothing. */
  gradients: tf.Tensor[];
  /** √ of the sum of squares over every entry, before clipping. */
  norm: tf.Scalar;
}

/** g · min(1, clipNorm / norm); a clipNorm of Infinity only measures. */
export function clipByGlobalNorm(gradients: readonly tf.Tensor[], clipNorm: number): ClippedGradients {
  const onTensorFlow = activeTensorFlow() !== undefined;
  const squares = gradients.map((gradient) => (onTensorFlow ? tf.mul(l2Loss(gradient), 2) : tf.sum(tf.square(gradient))));
  const norm = (gradients.length > 0 ? tf.sqrt(tf.addN(squares)) : tf.scalar(0)) as tf.Scalar;
  const scale = Number.isFinite(clipNorm) ? tf.minimum(1, tf.div(clipNorm, tf.maximum(norm, 1e-30))) : tf.scalar(1);
  const isFinite = tf.less(norm, Infinity); // false for NaN, too
  const factor = tf.where(isFinite, scale, 0) as tf.Scalar;
  return { gradients: gradients.map((gradient) => (onTensorFlow ? mulNoNan(gradient, factor) : tf.where(isFinite, tf.mul(gradient, factor), tf.zerosLike(gradient)))), norm };
}

/** Σ x² / 2 in one pass. */
const l2Loss = (x: tf.Tensor) => runOp('L2Loss', [op.type('T', dtypes.TF_FLOAT)], [x])[0]!;

/** x · factor, and 0 where the factor is 0 even if x is not finite. */
const mulNoNan = (x: tf.Tensor, factor: tf.Scalar) => runOp('MulNoNan', [op.type('T', dtypes.TF_FLOAT)], [x, factor])[0]!;
