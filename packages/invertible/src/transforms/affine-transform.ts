// The affine map of an element (Dinh et al. 2017, RealNVP, eq. 7–8) and its two volume-preserving kin:
//   y = x ⊙ exp(s) + t,   [h | t] = parameters,   s = softClamp(h).
import * as tf from '@tensorflow/tfjs-core';
import type { CouplingTransform } from './coupling-transform.js';
import type { ElementTransform } from './element-transform.js';
import { softClamp, type SoftClamp } from './soft-clamp.js';

export interface AffineTransformOptions {
  /** c, the bound of the log-scale: an element is scaled by less than exp(c). */
  maxLogScale?: number;
  clamp?: SoftClamp;
}

/**
 * The affine map of an element (Dinh et al. 2017, RealNVP, arXiv 1605.08803, eq. 7–8): y = x ⊙ exp(s) + t, s = softClamp(h), with the
 * parameters [h | t]. For couplings and autoregressive transforms.
 * @param options `maxLogScale`, c, the bound of |s| (1 unless given); `clamp`, what keeps it: tanh, atan or sigmoid.
 * @throws RangeError for a bound that is not a finite number above 0, or an unknown clamp.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { affineTransform } from '@lin/invertible';
 * const { applyWithLogDerivative } = affineTransform({ maxLogScale: 1 });
 * const { y, logDerivative } = applyWithLogDerivative(tf.tensor2d([[3]]), tf.tensor2d([[100, 1]])); // [h | t]
 * console.log(y.dataSync()[0]!.toFixed(4), logDerivative.dataSync()[0]); // 3e + 1
 * ```
 * ```text
 * 9.1548 1
 * ```
 */
export function affineTransform({ maxLogScale = 1, clamp = 'tanh' }: AffineTransformOptions = {}): ElementTransform {
  return scaleAndShift(softClamp(clamp, maxLogScale));
}

/**
 * y = x + t (Dinh et al. 2015, NICE, arXiv 1410.8516, eq. 8): one parameter, derivative 1, and an inverse that is a subtraction.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { additiveTransform } from '@lin/invertible';
 * const { parametersPerElement, applyWithLogDerivative } = additiveTransform();
 * const { y, logDerivative } = applyWithLogDerivative(tf.tensor2d([[3]]), tf.tensor2d([[0.5]]));
 * console.log(parametersPerElement, y.dataSync()[0], logDerivative.dataSync()[0]);
 * ```
 * ```text
 * 1 3.5 0
 * ```
 */
export function additiveTransform(): ElementTransform {
  return {
    parametersPerElement: 1,
    applyWithLogDerivative: (x, t) => ({ y: tf.add(x, t), logDerivative: tf.zerosLike(x) }),
    invertWithLogDerivative: (y, t) => ({ x: tf.sub(y, t), logDerivative: tf.zerosLike(y) }),
  };
}

/**
 * GIN (Sorrenson et al. 2020, arXiv 2001.04872, §3.2): affine, but the log-scales of a sample's transformed channels (at each position)
 * have their mean taken off, so that they sum to 0 and volume is preserved. |s| < 2c. Not for autoregressive flows: an element's scale
 * depends on the others'.
 * @param options `maxLogScale`, c; `clamp`, as for `affineTransform`.
 * @throws RangeError for a bound that is not a finite number above 0, or an unknown clamp.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { volumePreservingTransform } from '@lin/invertible';
 * const { applyWithLogDerivative } = volumePreservingTransform();
 * const { logDerivative } = applyWithLogDerivative(tf.ones([1, 2]), tf.tensor2d([[1, 0, 0, 0]])); // [h h | t t]
 * console.log(Array.from(logDerivative.dataSync(), (s) => s.toFixed(3)), 'sum', tf.sum(logDerivative).dataSync()[0]);
 * ```
 * ```text
 * [ '0.381', '-0.381' ] sum 0
 * ```
 */
export function volumePreservingTransform({
  maxLogScale = 1,
  clamp = 'tanh',
}: AffineTransformOptions = {}): CouplingTransform {
  const bounded = softClamp(clamp, maxLogScale);
  return scaleAndShift((h, active) => {
    const s = bounded(h);
    if (!active) return tf.sub(s, tf.mean(s, -1, true));
    const transformed = tf.maximum(tf.sum(tf.mul(tf.onesLike(s), active), -1, true), 1); // none, at positions that pass
    return tf.sub(s, tf.div(tf.sum(tf.mul(s, active), -1, true), transformed));
  });
}

/** Any log-scale s of h: y = x ⊙ exp(s(h)) + t. */
export function scaleAndShift(logScale: (h: tf.Tensor, active?: tf.Tensor) => tf.Tensor): CouplingTransform {
  const read = (parameters: tf.Tensor, active?: tf.Tensor) => {
    const [h, t] = tf.split(parameters, 2, parameters.rank - 1) as [tf.Tensor, tf.Tensor];
    return { s: logScale(h, active), t };
  };
  return {
    parametersPerElement: 2,
    applyWithLogDerivative: (x, parameters, active) => {
      const { s, t } = read(parameters, active);
      return { y: tf.add(tf.mul(x, tf.exp(s)), t), logDerivative: s };
    },
    invertWithLogDerivative: (y, parameters, active) => {
      const { s, t } = read(parameters, active);
      const negS = tf.neg(s);
      return { x: tf.mul(tf.sub(y, t), tf.exp(negS)), logDerivative: negS };
    },
  };
}
