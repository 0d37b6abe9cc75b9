// A mixture of normal distributions of vectors: p(z) = Σ wₖ N(z; μₖ, σₖ² I).
import * as tf from '@tensorflow/tfjs-core';
import { nonZeroSeed, SeedSequence } from '../parameters/initializers.js';
import { asFloat } from '../bijection/batches.js';
import { requireShape, ShapeError, type Shape } from '../bijection/shapes.js';
import { requireSampleOptions, type Distribution, type SampleOptions } from './distribution.js';

export interface NormalMixtureOptions {
  /** μ, K vectors of one length. */
  means: readonly (readonly number[])[];
  /** σ of each component, or of all. */
  deviations?: number | readonly number[];
  /** Of any sum; equal unless given. */
  weights?: readonly number[];
}

/**
 * A mixture of normal distributions of vectors: p(z) = Σ wₖ N(z; μₖ, σₖ² I). Nothing of it is trained.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { NormalMixture } from '@lin/invertible';
 * const base = new NormalMixture({ means: [[-2], [2]], deviations: 0.5, weights: [1, 3] });
 * const [left, right] = base.logProb(tf.tensor2d([[-2], [2]])).dataSync();
 * console.log(Math.exp(right! - left!).toFixed(3));
 * console.log(base.sample({ count: 4, seed: 1 }).shape);
 * ```
 * ```text
 * 3.000
 * [ 4, 1 ]
 * ```
 */
export class NormalMixture implements Distribution {
  readonly shape: Shape;
  private readonly means: number[][];
  private readonly deviations: number[];
  /** Sum 1. */
  private readonly weights: number[];

  /**
   * @throws ShapeError for lists that do not fit, RangeError for a mean that is not finite, or a deviation or weight that is not above 0.
   */
  constructor({ means, deviations = 1, weights = means.map(() => 1) }: NormalMixtureOptions) {
    const dim = means[0]?.length ?? 0;
    const sigmas = typeof deviations === 'number' ? means.map(() => deviations) : [...deviations];
    if (dim === 0 || means.some((mean) => mean.length !== dim)) {
      throw new ShapeError(
        `NormalMixture: means have lengths [${means.map((mean) => mean.length).join(', ')}]; expected at least one, all of one length.`,
      );
    }
    if (sigmas.length !== means.length || weights.length !== means.length) {
      throw new ShapeError(
        `NormalMixture: ${means.length} means, ${sigmas.length} deviations, ${weights.length} weights; expected the same number of each.`,
      );
    }
    means.flat().forEach((value) => requireFinite('means', value, -Infinity));
    sigmas.forEach((sigma) => requireFinite('deviations', sigma, 0));
    weights.forEach((weight) => requireFinite('weights', weight, 0));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.shape = [dim];
    this.means = means.map((mean) => [...mean]);
    this.deviations = sigmas;
    this.weights = weights.map((weight) => weight / total);
  }

  logProb(z: tf.Tensor): tf.Tensor1D {
    requireShape('NormalMixture', z, this.shape);
    const [dim] = this.shape as [number];
    const logScale = this.deviations.map(
      (sigma, k) => Math.log(this.weights[k]!) - dim * Math.log(sigma * Math.sqrt(2 * Math.PI)),
    );
    return tf.tidy(() => {
      const offsets = tf.sub(tf.reshape(asFloat('NormalMixture', z), [z.shape[0]!, 1, dim]), tf.tensor2d(this.means)); // [B, K, D]
      const distances = tf.sum(tf.square(offsets), 2);
      const precisions = tf.tensor1d(this.deviations.map((sigma) => -0.5 / sigma ** 2));
      return tf.logSumExp(tf.add(tf.mul(distances, precisions), tf.tensor1d(logScale)), 1) as tf.Tensor1D;
    });
  }

  sample(options: SampleOptions): tf.Tensor {
    requireSampleOptions(options);
    const seeds = new SeedSequence(options.seed);
    return tf.tidy(() => {
      const uniform = tf.randomUniform([options.count], 0, 1, 'float32', nonZeroSeed(seeds.take())).dataSync();
      const components = Array.from(uniform, (u) => this.componentAt(u));
      const noise = tf.randomNormal([options.count, ...this.shape], 0, 1, 'float32', nonZeroSeed(seeds.take()));
      const sigmas = tf.tensor2d(
        components.map((k) => this.deviations[k]!),
        [options.count, 1],
      );
      const means = tf.tensor2d(
        components.flatMap((k) => this.means[k]!),
        [options.count, this.shape[0]!],
      );
      return tf.add(means, tf.mul(noise, sigmas));
    });
  }

  /** The component where the weights, added up, pass u of [0, 1]. */
  private componentAt(u: number): number {
    let sum = 0;
    const found = this.weights.findIndex((weight) => (sum += weight) > u);
    return found === -1 ? this.weights.length - 1 : found; // the weights may add up to a little less than 1
  }
}

function requireFinite(name: string, value: number, above: number): void {
  if (value > above && value < Infinity) return;
  throw new RangeError(`${name}: ${value} is not a finite number${above === 0 ? ' above 0' : ''}.`);
}
