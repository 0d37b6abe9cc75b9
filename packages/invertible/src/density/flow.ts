// A normalizing flow (Rezende & Mohamed 2015, arXiv 1505.05770): a density made of a bijection to a base distribution.
//   log p(x | context) = log p_base(z) + log|det ∂z/∂x|,   z = transform(x; context).
import * as tf from '@tensorflow/tfjs-core';
import type { Distribution, SampleOptions } from '../distributions/distribution.js';
import { StandardNormal } from '../distributions/normal.js';
import { requireInvertible, type Invertible } from '../bijection/invertible.js';
import { sharedContextShape } from '../bijection/contexts.js';
import { ShapeError, type Shape } from '../bijection/shapes.js';

export interface FlowOptions {
  /** From data to the base. */
  transform: Invertible;
  /** Standard normal unless given. */
  base?: Distribution;
}

export interface FlowSampleOptions extends SampleOptions {
  /** [count, …contextShape], where the transform takes one. */
  context?: tf.Tensor;
}

/**
 * A normalizing flow (Rezende & Mohamed 2015, arXiv 1505.05770): a density made of a bijection to a base distribution. log p(x |
 * context) = log p_base(z) + log|det ∂z/∂x|, z = transform(x; context).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ElementwiseAffine, Flow } from '@lin/invertible';
 * const scale = new ElementwiseAffine({ shape: [1], maxLogScale: 5 });
 * scale.shift.assign(tf.tensor1d([-3])); // z = x − 3: a normal distribution around 3
 * const flow = new Flow({ transform: scale });
 * flow.logProb(tf.tensor2d([[3]])).print(); // −½ log 2π
 * console.log(tf.mean(flow.sample({ count: 1000, seed: 1 })).dataSync()[0]!.toFixed(1));
 * ```
 * ```text
 * Tensor
 *     [-0.9189385]
 * 3.0
 * ```
 */
export class Flow {
  readonly transform: Invertible;
  readonly base: Distribution;
  /** Of the context that its methods need; absent where neither the transform nor the base takes one. */
  readonly contextShape: Shape | undefined;

  /** @throws ShapeError for a transform that is not an `Invertible`, or a base of another shape or context than the transform has. */
  constructor({ transform, base }: FlowOptions) {
    requireInvertible('Flow', transform);
    this.transform = transform;
    this.base = base ?? new StandardNormal({ shape: transform.outputShape });
    if (String(this.base.shape) !== String(transform.outputShape)) {
      throw new ShapeError(
        `Flow: the transform gives [${transform.outputShape.join(', ')}], but the base has [${this.base.shape.join(', ')}].`,
      );
    }
    const { contextShape } = this.base;
    this.contextShape = sharedContextShape('Flow', [transform, { name: 'its base', contextShape }]);
  }

  /** Natural logarithm of the density at each sample of x, [B], in nats. @throws ShapeError for an x or context of another shape. */
  logProb(x: tf.Tensor, context?: tf.Tensor): tf.Tensor1D {
    return tf.tidy(() => {
      const { y: z, logDet } = this.transform.applyWithLogDet(x, context);
      return tf.add(this.base.logProb(z, context), logDet) as tf.Tensor1D;
    });
  }

  /** [count, …]: the same seed gives the same samples. @throws RangeError for a count or seed that is not a non-negative integer. */
  sample({ count, seed, context }: FlowSampleOptions): tf.Tensor {
    return tf.tidy(() => this.transform.invert(this.base.sample({ count, seed, context }), context));
  }

  /** The samples of `sample`, and their log-densities, in one pass; differentiable in the flow's variables. @throws as `sample` */
  sampleAndLogProb({ count, seed, context }: FlowSampleOptions): { x: tf.Tensor; logProb: tf.Tensor1D } {
    return tf.tidy(() => {
      const z = this.base.sample({ count, seed, context });
      const { x, logDet } = this.transform.invertWithLogDet(z, context);
      return { x, logProb: tf.sub(this.base.logProb(z, context), logDet) as tf.Tensor1D };
    });
  }

  /** Frees the variables of the transform and of the base. */
  dispose(): void {
    this.transform.dispose();
    this.base.dispose?.();
  }
}
