// Affine coupling (Dinh et al. 2017, RealNVP, eq. 7–8): one part passes, and decides how the other is scaled and shifted:
//   y2 = x2 ⊙ exp(s(x1)) + t(x1),   s = c · tanh(h / c).   Log-determinant: Σ s.
// The soft clamp keeps |s| < c with a gradient everywhere; a hard one loses the gradient where it bites.
import { affineTransform, type AffineTransformOptions } from '../transforms/affine-transform.js';
import { Coupling, type CouplingOptions } from './coupling.js';
import type { Transformed } from './split.js';

export interface AffineCouplingOptions extends Omit<CouplingOptions, 'transform'>, AffineTransformOptions {}

/**
 * An affine coupling (Dinh et al. 2017, RealNVP, arXiv 1605.08803, eq. 7–8): y₂ = x₂ ⊙ exp(s(x₁)) + t(x₁), s = c · tanh(h / c), and x₁
 * passes. Log-determinant: Σ s. Its inverse is y₂'s, (y₂ − t) ⊙ exp(−s), at the price of one pass of the conditioner too.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { AffineCoupling, Mlp } from '@lin/invertible';
 * const coupling = new AffineCoupling({
 *   shape: [2],
 *   transforms: 'second',
 *   conditioner: (inputDim, outputDim) => new Mlp({ inputDim, outputDim, hiddenDim: 4, numLayers: 2, seed: 1 }),
 * });
 * (coupling.conditioner as Mlp).biases[1]!.assign(tf.tensor1d([0.5, 1])); // [h | t]
 * const { y, logDet } = coupling.applyWithLogDet(tf.tensor2d([[3, 2]]));
 * y.print(); // 2 exp(tanh 0.5) + 1
 * logDet.print(); // tanh 0.5
 * coupling.invert(y).print();
 * ```
 * ```text
 * Tensor
 *      [[3, 4.1748629],]
 * Tensor
 *     [0.4621172]
 * Tensor
 *      [[3, 2.0000002],]
 * ```
 */
export class AffineCoupling extends Coupling {
  readonly transforms: Transformed;
  readonly maxLogScale: number;

  /** @throws ShapeError for a shape, mask or context that do not go together, RangeError for a bound or clamp that is out of range. */
  constructor({ maxLogScale = 1, clamp, ...options }: AffineCouplingOptions) {
    super({ ...options, transform: affineTransform({ maxLogScale, clamp }) }, 'AffineCoupling');
    this.transforms = options.transforms;
    this.maxLogScale = maxLogScale;
  }
}
