// A coupling (Dinh et al. 2015, NICE, §3.2): a part of the sample passes, and decides with the context how every other element is mapped.
//   y₁ = x₁,   y₂ = transform(x₂; conditioner(x₁, context)).   Log-determinant: Σ log dy₂/dx₂.
import * as tf from '@tensorflow/tfjs-core';
import type { Conditioner } from '../conditioners/conditioner.js';
import { requireContext, requireShape, sumPerSample, type Invertible, type Shape } from '../bijection/invertible.js';
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

export class Coupling implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
  readonly conditioner: Conditioner;
  private readonly map: CouplingTransform;
  private readonly split: Split;
  /** What the conditioner must give: anything smaller might be broadcast without a word. */
  private readonly conditioned: Shape;

  /** @throws ShapeError for a shape, mask or context that do not go together. */
  constructor(
    { shape, transforms, transform, conditioner, contextShape }: CouplingOptions,
    private readonly operation = 'Coupling',
  ) {
    this.split = splitOf(operation, shape, transforms);
    const inputChannels = this.split.passingChannels + contextChannels(operation, shape, contextShape);
    const outputChannels = transform.parametersPerElement * this.split.transformedChannels;
    this.inputShape = this.outputShape = shape;
    this.contextShape = contextShape;
    this.map = transform;
    this.conditioned = [...shape.slice(0, -1), outputChannels];
    this.conditioner = conditioner(inputChannels, outputChannels);
  }

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.pass(this.operation, x, context, this.forwards).result);
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.pass(`${this.operation} inverse`, y, context, this.backwards).result);
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    return tf.tidy(() => {
      const { result, logDet } = this.pass(this.operation, x, context, this.forwards);
      return { y: result, logDet: logDet() };
    });
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    return tf.tidy(() => {
      const { result, logDet } = this.pass(`${this.operation} inverse`, y, context, this.backwards);
      return { x: result, logDet: logDet() };
    });
  }

  dispose(): void {
    this.conditioner.dispose();
  }

  /** The part that passes is the same on both sides, so both directions see the same parameters. */
  private pass(
    operation: string,
    x: tf.Tensor,
    context: tf.Tensor | undefined,
    map: ElementMap,
  ): { result: tf.Tensor; logDet: () => tf.Tensor1D } {
    requireShape(operation, x, this.inputShape);
    requireContext(operation, x, context, this.contextShape);
    if (x.shape[0] === 0) return { result: x.clone(), logDet: () => tf.zeros([0]) }; // many kernels fail on tensors without elements
    const { passing, transformed } = this.split.part(x);
    const parameters = this.conditioner.apply(this.contextShape ? withContext(passing, context!) : passing);
    requireShape(`${operation}: conditioner`, parameters, this.conditioned);
    const active = this.split.active();
    const { result, logDerivative } = map(transformed, parameters, active);
    return {
      result: this.split.join(passing, result),
      logDet: () => sumPerSample(active ? tf.mul(logDerivative, active) : logDerivative),
    };
  }

  private readonly forwards: ElementMap = (x, parameters, active) => {
    const { y: result, logDerivative } = this.map.forward(x, parameters, active);
    return { result, logDerivative };
  };

  private readonly backwards: ElementMap = (y, parameters, active) => {
    const { x: result, logDerivative } = this.map.inverse(y, parameters, active);
    return { result, logDerivative };
  };
}

type ElementMap = (
  x: tf.Tensor,
  parameters: tf.Tensor,
  active?: tf.Tensor,
) => { result: tf.Tensor; logDerivative: tf.Tensor };
