// A coupling (Dinh et al. 2015, NICE, §3.2): a part of the sample passes, and decides with the context how every other element is mapped.
//   y₁ = x₁,   y₂ = transform(x₂; conditioner(x₁, context)).   Log-determinant: Σ log dy₂/dx₂.
import * as tf from '@tensorflow/tfjs-core';
import type { Conditioner } from '../conditioners/conditioner.js';
import { CheckedBijection, type Passage } from '../bijection/checked-bijection.js';
import { requireShape, type Shape } from '../bijection/shapes.js';
import { sumPerSample } from '../bijection/batches.js';
import { contextChannels, withContext } from '../transforms/context.js';
import type { CouplingTransform } from '../transforms/coupling-transform.js';
import { splitOf, type Split, type Transformed } from './split.js';

export interface CouplingOptions {
  shape: Shape;
  /** A half of the channels, or a mask. */
  transforms: Transformed;
  /** What happens to each transformed element. */
  transform: CouplingTransform;
  /** Makes the conditioner for a number of input channels (the context's among them) and of output channels. */
  conditioner: (inputChannels: number, outputChannels: number) => Conditioner;
  /** [channels], or an image's shape but for the channels: makes the coupling conditional. */
  contextShape?: Shape | undefined;
}

/**
 * A coupling (Dinh et al. 2015, NICE, arXiv 1410.8516, §3.2): a part of the sample passes, and decides with the context how every other
 * element is mapped. y₁ = x₁, y₂ = transform(x₂; conditioner(x₁, context)). Samples of any `shape`, [B, …shape] both ways; the last axis
 * is that of channels.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { additiveTransform, Coupling, mask, Mlp } from '@lin/invertible';
 * const coupling = new Coupling({
 *   shape: [3],
 *   transforms: mask([3], ([i]) => i === 1),
 *   transform: additiveTransform(),
 *   conditioner: (inputDim, outputDim) => new Mlp({ inputDim, outputDim, hiddenDim: 4, numLayers: 2, seed: 1 }),
 * });
 * (coupling.conditioner as Mlp).biases[1]!.assign(tf.tensor1d([10, 20, 30]));
 * coupling.apply(tf.tensor2d([[1, 2, 3]])).print();
 * ```
 * ```text
 * Tensor
 *      [[1, 22, 3],]
 * ```
 */
export class Coupling extends CheckedBijection {
  readonly conditioner: Conditioner;
  private readonly transform: CouplingTransform;
  private readonly split: Split;
  /** What the conditioner must give: anything smaller might be broadcast without a word. */
  private readonly conditioned: Shape;

  /** @throws ShapeError for a shape, mask or context that do not go together. */
  constructor({ shape, transforms, transform, conditioner, contextShape }: CouplingOptions, name = 'Coupling') {
    const split = splitOf(name, shape, transforms);
    const inputChannels = split.passingChannels + contextChannels(name, shape, contextShape);
    const outputChannels = transform.parametersPerElement * split.transformedChannels;
    super(name, { inputShape: shape, contextShape });
    this.transform = transform;
    this.split = split;
    this.conditioned = [...shape.slice(0, -1), outputChannels];
    this.conditioner = conditioner(inputChannels, outputChannels);
  }

  protected forwards(x: tf.Tensor, context: tf.Tensor | undefined): Passage {
    return this.mapTransformed(x, context, (x2, parameters, active) => {
      const { y: y2, logDerivative } = this.transform.applyWithLogDerivative(x2, parameters, active);
      return { mapped: y2, logDerivative };
    });
  }

  protected backwards(y: tf.Tensor, context: tf.Tensor | undefined): Passage {
    return this.mapTransformed(y, context, (y2, parameters, active) => {
      const { x: x2, logDerivative } = this.transform.invertWithLogDerivative(y2, parameters, active);
      return { mapped: x2, logDerivative };
    });
  }

  override dispose(): void {
    this.conditioner.dispose();
  }

  /** The part that passes is the same on both sides, so both directions see the same parameters. */
  private mapTransformed(x: tf.Tensor, context: tf.Tensor | undefined, map: ElementMap): Passage {
    const { passing, transformed } = this.split.part(x);
    const parameters = this.conditioner.apply(context ? withContext(passing, context) : passing);
    requireShape(`${this.name}: conditioner`, parameters, this.conditioned);
    const active = this.split.active();
    const { mapped, logDerivative } = map(transformed, parameters, active);
    return {
      value: this.split.join(passing, mapped),
      logDet: () => sumPerSample(active ? tf.mul(logDerivative, active) : logDerivative),
    };
  }
}

type ElementMap = (
  x: tf.Tensor,
  parameters: tf.Tensor,
  active?: tf.Tensor,
) => { mapped: tf.Tensor; logDerivative: tf.Tensor };
