// What f maps to a given y: f†(y) ⊕ ker f, an affine space. The element of the kernel is chosen by what is wanted of the rest of the image.
import * as tf from '@tensorflow/tfjs-core';
import { LinearizerError } from '../errors.js';
import type { InducedSpace } from './induced-space.js';
import type { InducedSubspace } from './induced-subspace.js';

/** What is asked of f: an `InducedOperator`. */
interface Solvable<X extends tf.Tensor, Y extends tf.Tensor> {
  readonly domain: InducedSpace<X>;
  readonly codomain: InducedSpace<Y>;
  pinv(): { apply(y: Y): X; dispose(): void };
  kernel(): InducedSubspace<X>;
  image(): InducedSubspace<Y>;
}

/** Of the directions that f does not see. */
export type ResidualChoice<X extends tf.Tensor> =
  /** None: the preimage of least induced norm. */
  | 'zero'
  /** Those of another element, one for all of y or one each: the preimage that is nearest to it in the induced metric. */
  | { of: X }
  /** Drawn from the normal distribution that has the mean and the covariance of these elements' own, at least two. */
  | { like: X; seed: number };

export interface PreimageOptions<X extends tf.Tensor> {
  residual?: ResidualChoice<X>;
  /** How far y may be from f's image, relative to its norm: what is within is taken for rounding. */
  tolerance?: number;
}

const TOLERANCE = 1e-4; // float32's rounding (6e-8) times the gain of h and h⁻¹, some hundred, ten times over

export async function preimage<X extends tf.Tensor, Y extends tf.Tensor>(
  f: Solvable<X, Y>,
  y: Y,
  { residual = 'zero', tolerance = TOLERANCE }: PreimageOptions<X> = {},
): Promise<X> {
  await requireReached(f, y, tolerance);
  const pinv = f.pinv();
  try {
    return tf.tidy(() => {
      const least = pinv.apply(y);
      return residual === 'zero' ? least : f.domain.add(least, unseen(f, residual, y.shape[0]!));
    });
  } finally {
    pinv.dispose();
  }
}

function unseen<X extends tf.Tensor, Y extends tf.Tensor>(
  f: Solvable<X, Y>,
  choice: Exclude<ResidualChoice<X>, 'zero'>,
  count: number,
): X {
  const kernel = f.kernel();
  if ('of' in choice) return kernel.project(choice.of);
  const { like, seed } = choice;
  const given = like.shape[0]!;
  if (given < 2)
    throw new LinearizerError(
      `preimage: residuals are to be drawn like those of ${given} element; expected at least two.`,
    );
  const rows = f.domain.coordinates(kernel.project(like));
  const mean = tf.mean(rows, 0, true);
  // Σ wᵢ (rᵢ − r̄) / √(n − 1) with independent standard normal wᵢ has their sample covariance, and lies in the kernel as they do.
  const weights = tf.randomNormal<tf.Rank.R2>([count, given], 0, 1 / Math.sqrt(given - 1), 'float32', seed || 1);
  return f.domain.element(tf.add(mean, tf.matMul(weights, tf.sub(rows, mean) as tf.Tensor2D)));
}

async function requireReached<X extends tf.Tensor, Y extends tf.Tensor>(
  f: Solvable<X, Y>,
  y: Y,
  tolerance: number,
): Promise<void> {
  const image = f.image();
  const off = tf.tidy(() => tf.divNoNan(image.distance(y), f.codomain.norm(y)));
  const distances = await off.data();
  off.dispose();
  const row = distances.findIndex((distance) => !(distance <= tolerance));
  if (row >= 0) {
    throw new LinearizerError(
      `preimage: element ${row} of y is ${distances[row]!.toPrecision(3)} of its norm away from all that f ` +
        'gives, so nothing is mapped to it; pinv() gives what comes nearest.',
    );
  }
}
