// The inverse of y = x + F(x): the fixed point of x ← y − F(x), which Banach's theorem says exists where F is a contraction (Behrmann et
// al. 2019, alg. 1). The error shrinks by c with every iteration, so c decides how many it takes: 20 for 0.5, 130 for 0.9, at 1e-6.
import * as tf from '@tensorflow/tfjs-core';

export interface FixedPointOptions {
  /** Iterations stop when the largest change of a number is this small, relative to the largest number (to 1 where that is smaller). */
  tolerance: number;
  maxIterations: number;
}

export interface FixedPoint {
  x: tf.Tensor;
  iterations: number;
  /** Relative size of the last change; x is wrong by c / (1 − c) times it at most. */
  change: number;
  /** Whether that is within the tolerance. */
  converged: boolean;
}

/** An inverse, or its gradient, that did not come within the tolerance: F is no contraction, or its c too near 1 for so few iterations. */
export class NotConvergedError extends Error {
  override name = 'NotConvergedError';
  readonly fault = 'environment';
}

/** x = y + g(x), from x = y on. Reads one number back from the device in each iteration. */
export function fixedPoint(
  y: tf.Tensor,
  g: (x: tf.Tensor) => tf.Tensor,
  { tolerance, maxIterations }: FixedPointOptions,
): FixedPoint {
  let x = y.clone();
  for (let iterations = 1; ; iterations++) {
    const next = tf.tidy(() => tf.add(y, g(x)));
    const change = tf.tidy(() => tf.div(largest(tf.sub(next, x)), tf.maximum(largest(next), 1)).dataSync()[0]!);
    x.dispose();
    x = next;
    const converged = change <= tolerance;
    if (converged || iterations === maxIterations || Number.isNaN(change)) return { x, iterations, change, converged };
  }
}

/** @throws NotConvergedError unless it converged. */
export function requireConverged(
  operation: string,
  { x, iterations, change, converged }: FixedPoint,
  tolerance: number,
): tf.Tensor {
  if (converged) return x;
  x.dispose();
  throw new NotConvergedError(
    `${operation}: after ${iterations} iterations numbers still change by ${change.toExponential(1)} of their ` +
      `size, expected at most ${tolerance.toExponential(1)}; call updateSpectralNorms, lower contraction, ` +
      'or raise maxIterations.',
  );
}

const largest = (x: tf.Tensor) => tf.max(tf.abs(x));
