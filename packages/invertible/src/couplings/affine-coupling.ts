// Affine coupling (Dinh et al. 2017, RealNVP, eq. 7–8): one part passes, and decides how the other is scaled and shifted:
//   y2 = x2 ⊙ exp(s(x1)) + t(x1),   s = c · tanh(h / c).   Log-determinant: Σ s.
// The soft clamp keeps |s| < c with a gradient everywhere; a hard one loses the gradient where it bites.
import { affineTransform, type AffineTransformOptions } from '../transforms/affine-transform.js';
import { Coupling, type CouplingOptions } from './coupling.js';
import type { Transformed } from './split.js';

export interface AffineCouplingOptions extends Omit<CouplingOptions, 'transform'>, AffineTransformOptions {}

export class AffineCoupling extends Coupling {
  readonly transforms: Transformed;
  readonly maxLogScale: number;

  constructor({ maxLogScale = 1, clamp, ...options }: AffineCouplingOptions) {
    super({ ...options, transform: affineTransform({ maxLogScale, clamp }) }, 'AffineCoupling');
    this.transforms = options.transforms;
    this.maxLogScale = maxLogScale;
  }
}
