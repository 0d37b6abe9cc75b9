// log det(I + J) of a residual block, J the Jacobian of its contraction: exact, or estimated by J's products with random vectors.
//   log det(I + J) = Σ_k (−1)^(k+1)/k · tr Jᵏ,   tr Jᵏ = E vᵀ Jᵏ v for random signs v (Hutchinson 1990; Behrmann et al. 2019, eq. 4–5).
import * as tf from '@tensorflow/tfjs-core';
import { SeedSequence } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';
import { sizeOf } from '../bijection/shapes.js';
import { sumPerSample } from '../bijection/batches.js';
import type { Contraction } from './contraction.js';

/** log det(I + J) of each sample, [B]; its gradients are those of the value it gives. */
export type ResidualLogDeterminant = (contraction: Contraction, x: tf.Tensor) => tf.Tensor1D;

/**
 * log det(I + J) by J's columns and elimination: d products with J and O(d³) for samples of d numbers.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { exactLogDeterminant, ResidualBlock } from '@lin/invertible';
 * const block = new ResidualBlock({ shape: [2], hiddenDim: 4, logDeterminant: exactLogDeterminant(), seed: 1 });
 * block.applyWithLogDet(tf.ones([1, 2])).logDet.print(); // new, the identity
 * ```
 * ```text
 * Tensor
 *     [0]
 * ```
 */
export function exactLogDeterminant(): ResidualLogDeterminant {
  return (contraction, x) => {
    const [batch, shape] = [x.shape[0]!, x.shape.slice(1)];
    const d = sizeOf(shape);
    const copies = tf.reshape(tf.mul(tf.reshape(x, [batch, 1, d]), tf.ones([d, 1])), [batch * d, ...shape]);
    const directions = tf.reshape(tf.tile(tf.eye(d), [batch, 1]), [batch * d, ...shape]);
    const columns = tf.reshape(contraction.linearize(copies).jvp(directions), [batch, d, d]);
    return logDeterminant(tf.add(columns, tf.eye(d)));
  };
}

export interface TruncatedSeriesOptions {
  /** The terms that are kept. The rest of them is at most d · c^(terms+1) / ((terms + 1)(1 − c)) in size: a bias. */
  terms?: number;
  /** Of the random signs; every call draws new ones. */
  seed: number;
}

/**
 * The first terms of log det(I + J) = Σ (−1)^(k+1)/k · tr Jᵏ, traces estimated by one random vector a sample (Hutchinson 1990; Behrmann
 * et al. 2019, arXiv 1811.00995, eq. 4–5).
 * @param options `terms`, 20 unless given: what is left out is a bias; the `seed` of the random signs.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ResidualBlock, truncatedSeries } from '@lin/invertible';
 * const block = new ResidualBlock({ shape: [2], hiddenDim: 4, logDeterminant: truncatedSeries({ terms: 5, seed: 1 }), seed: 1 });
 * console.log(block.applyWithLogDet(tf.ones([3, 2])).logDet.shape);
 * ```
 * ```text
 * [ 3 ]
 * ```
 */
export function truncatedSeries({ terms = 20, seed }: TruncatedSeriesOptions): ResidualLogDeterminant {
  requireInteger('terms', terms);
  const seeds = new SeedSequence(seed);
  return (contraction, x) => weightedSeries(contraction, x, Array<number>(terms).fill(1), seeds.take());
}

export interface RussianRouletteOptions {
  /** The terms that are always there. */
  exactTerms?: number;
  /** Of the random signs and lengths; every call draws new ones. */
  seed: number;
}

/**
 * log det(I + J) without bias (Chen et al. 2019, Residual Flows, arXiv 1906.02735, eq. 6): after `exactTerms` terms of the series a
 * further one is added with probability c, again and again, and what is added is weighted by 1 / P(being added). With a probability of
 * c, above c², the variance is finite for any J. 1 / (1 − c) further terms on average.
 * @param options `exactTerms`, 4 unless given; the `seed` of the random signs and lengths.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ResidualBlock, russianRoulette } from '@lin/invertible';
 * const block = new ResidualBlock({ shape: [2], hiddenDim: 4, logDeterminant: russianRoulette({ seed: 1 }), seed: 1 });
 * console.log(block.applyWithLogDet(tf.ones([3, 2])).logDet.shape);
 * ```
 * ```text
 * [ 3 ]
 * ```
 */
export function russianRoulette({ exactTerms = 4, seed }: RussianRouletteOptions): ResidualLogDeterminant {
  requireInteger('exactTerms', exactTerms, 0);
  const seeds = new SeedSequence(seed);
  return (contraction, x) => {
    const c = contraction.bound;
    const uniform = (seeds.take() + 0.5) / 2 ** 32;
    const further = 1 + Math.floor(Math.log(uniform) / Math.log(c)); // P(further ≥ k) = c^(k−1)
    const weights = Array.from({ length: exactTerms + further }, (_, term) =>
      term < exactTerms ? 1 : c ** -(term - exactTerms),
    );
    return weightedSeries(contraction, x, weights, seeds.take());
  };
}

function weightedSeries(contraction: Contraction, x: tf.Tensor, weights: readonly number[], seed: number): tf.Tensor1D {
  const { jvp } = contraction.linearize(x);
  const signs = tf.sub(
    tf.mul(tf.cast(tf.greaterEqual(tf.randomUniform(x.shape, 0, 1, 'float32', seed || 1), 0.5), 'float32'), 2),
    1,
  );
  let Jv: tf.Tensor = signs;
  const terms = weights.map((weight, i) => {
    Jv = jvp(Jv);
    return tf.mul(sumPerSample(tf.mul(signs, Jv)), ((i % 2 === 0 ? 1 : -1) * weight) / (i + 1));
  });
  return tf.addN(terms) as tf.Tensor1D;
}

/**
 * log det of matrices [B, d, d] with a positive definite symmetric part, as I + J has where |J| < 1: elimination without pivoting is stable
 * then, and all pivots are positive.
 */
function logDeterminant(matrices: tf.Tensor): tf.Tensor1D {
  let rest = matrices;
  const logPivots: tf.Tensor[] = [];
  for (let size = matrices.shape[1]!; size > 0; size--) {
    const [first, below] = size > 1 ? tf.split(rest, [1, size - 1], 1) : [rest];
    const [pivot, row] = size > 1 ? tf.split(first!, [1, size - 1], 2) : [first];
    logPivots.push(tf.reshape(tf.log(pivot!), [matrices.shape[0]!]));
    if (!below || !row) break;
    const [column, corner] = tf.split(below, [1, size - 1], 2) as [tf.Tensor, tf.Tensor];
    rest = tf.sub(corner, tf.mul(tf.div(column, pivot!), row));
  }
  return tf.addN(logPivots) as tf.Tensor1D;
}
