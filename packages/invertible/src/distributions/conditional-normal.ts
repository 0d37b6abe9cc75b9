// Independent normal numbers whose means and deviations a network gives from a context: a base for each class, or for each context.
import * as tf from '@tensorflow/tfjs-core';
import { Mlp } from '../conditioners/mlp.js';
import { nonZeroSeed } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';
import { asFloat } from '../bijection/batches.js';
import { requireContext } from '../bijection/contexts.js';
import { requireShape, type Shape } from '../bijection/shapes.js';
import { normalLogProb } from './diagonal-normal.js';
import { requireSampleOptions, type ConditionalSampleOptions, type Distribution } from './distribution.js';

export interface ConditionalNormalOptions {
  /** Length of the vectors. */
  dim: number;
  /** Length of the context, such as the number of classes for one-hot labels. */
  contextDim: number;
  /** Width of the network's hidden layers; default 64. */
  hiddenDim?: number;
  /** Its linear layers, at least 2, the default. */
  numLayers?: number;
  seed?: number;
}

/**
 * Independent normal numbers, whose means and deviations a network gives from the context, [B, contextDim]: a base that a flow trains with
 * its transform, one for each class or context. Starts as the standard normal, whatever the context.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ConditionalNormal, Flow, realNVP } from '@lin/invertible';
 * const base = new ConditionalNormal({ dim: 2, contextDim: 3 });
 * const flow = new Flow({ transform: realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8 }), base });
 * const label = tf.oneHot(tf.tensor1d([2, 0], 'int32'), 3);
 * console.log(flow.contextShape, flow.sample({ count: 2, seed: 1, context: label }).shape);
 * ```
 * ```text
 * [ 3 ] [ 2, 2 ]
 * ```
 */
export class ConditionalNormal implements Distribution {
  readonly shape: Shape;
  readonly contextShape: Shape;
  /** Context → (μ, log σ). */
  readonly network: Mlp;

  /** @throws RangeError for an option out of range. */
  constructor({ dim, contextDim, hiddenDim = 64, numLayers = 2, seed = 0 }: ConditionalNormalOptions) {
    requireInteger('dim', dim);
    requireInteger('contextDim', contextDim);
    this.shape = [dim];
    this.contextShape = [contextDim];
    this.network = new Mlp({ inputDim: contextDim, outputDim: 2 * dim, hiddenDim, numLayers, seed });
  }

  /** @throws ShapeError for samples or a context of another shape. */
  logProb(z: tf.Tensor, context?: tf.Tensor): tf.Tensor1D {
    requireShape('ConditionalNormal', z, this.shape);
    return tf.tidy(() => {
      const { mean, logDeviation } = this.parameters(z, context);
      return normalLogProb(asFloat('ConditionalNormal', z), mean, logDeviation);
    });
  }

  sample(options: ConditionalSampleOptions): tf.Tensor {
    requireSampleOptions(options);
    const { count, seed, context } = options;
    return tf.tidy(() => {
      const noise = tf.randomNormal([count, ...this.shape], 0, 1, 'float32', nonZeroSeed(seed));
      const { mean, logDeviation } = this.parameters(noise, context);
      return tf.add(mean, tf.mul(noise, tf.exp(logDeviation)));
    });
  }

  dispose(): void {
    this.network.dispose();
  }

  private parameters(samples: tf.Tensor, context: tf.Tensor | undefined) {
    requireContext('ConditionalNormal', samples, context, this.contextShape);
    const [mean, logDeviation] = tf.split(this.network.apply(asFloat('ConditionalNormal', context!)), 2, 1);
    return { mean: mean!, logDeviation: logDeviation! };
  }
}
