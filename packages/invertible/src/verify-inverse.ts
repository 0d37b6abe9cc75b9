// How far an inverse can be trusted, measured: the round trip of real images, and the local gain of g⁻¹ that decides its error.
import * as tf from '@tensorflow/tfjs-core';

/** What is verified: an image flow, or anything with its two maps. */
export interface ImageBijection {
  encode(x: tf.Tensor): { core: tf.Tensor2D; residual: tf.Tensor2D; logDet: tf.Tensor1D };
  inverse(core: tf.Tensor2D, residual: tf.Tensor2D): tf.Tensor4D;
}

export interface VerifyInverseOptions {
  /**
   * Length of the perturbation, relative to that of the core or residual (to 1 where that is shorter): small against it, large against
   * float32's rounding.
   */
  relativeStep?: number;
  /** A non-negative integer. */
  seed?: number;
}

export interface InverseVerification {
  images: number;
  /** Largest difference of a pixel after g⁻¹(g(x)), in units of the pixel range [−1, 1]. */
  maxError: number;
  /** Share of bytes that come back as they were, when pixels are rounded to 0…255; 1 means every one. */
  exactBytes: number;
  /** Per image, the larger local gain ‖g⁻¹(z + δ) − g⁻¹(z)‖ / ‖δ‖ of a random δ in the core and of one in the residual. */
  gains: Float32Array;
}

/** Verifies one batch of images in [−1, 1]; nothing is served from a cache: both maps run. */
export function verifyInverse(
  flow: ImageBijection,
  x: tf.Tensor4D,
  { relativeStep = 1e-2, seed = 0 }: VerifyInverseOptions = {},
): InverseVerification {
  return tf.tidy(() => {
    const { core, residual } = flow.encode(x);
    const back = flow.inverse(core, residual);
    const bytes = (pixels: tf.Tensor) => tf.round(tf.add(tf.mul(pixels, 127.5), 127.5));
    const gains = tf.maximum(
      gain(back, core, (moved) => flow.inverse(moved, residual), relativeStep, 2 * seed + 1),
      gain(back, residual, (moved) => flow.inverse(core, moved), relativeStep, 2 * seed + 2),
    );
    return {
      images: x.shape[0],
      maxError: tf.max(tf.abs(tf.sub(back, x))).dataSync()[0]!,
      exactBytes: tf.mean(tf.cast(tf.equal(bytes(back), bytes(x)), 'float32')).dataSync()[0]!,
      gains: gains.dataSync<'float32'>(),
    };
  });
}

function gain(
  x: tf.Tensor4D,
  z: tf.Tensor2D,
  inverse: (moved: tf.Tensor2D) => tf.Tensor4D,
  relativeStep: number,
  seed: number,
): tf.Tensor1D {
  // tf.randomNormal takes a seed of 0 for none; this one is never 0.
  const direction = tf.randomNormal(z.shape, 0, 1, 'float32', seed);
  const length = tf.mul(tf.maximum(norms(z), 1), relativeStep);
  const step = tf.mul(direction, tf.reshape(tf.div(length, norms(direction)), [-1, 1])) as tf.Tensor2D;
  return tf.div(norms(tf.sub(inverse(tf.add(z, step)), x)), norms(step));
}

const norms = (x: tf.Tensor) => tf.norm(tf.reshape(x, [x.shape[0]!, -1]), 'euclidean', 1) as tf.Tensor1D;
