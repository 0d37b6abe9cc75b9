// Compositions: blocks in sequence, and a block turned round.
import * as tf from '@tensorflow/tfjs-core';
import { sharedContextShape, ShapeError, type Invertible, type Shape } from '../bijection/invertible.js';

/** Blocks applied first to last: y = bₙ(… b₂(b₁(x))). Log-determinants add up; a context goes to every block. */
export class Chain implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
  readonly layers: readonly Invertible[];

  constructor(layers: readonly Invertible[]) {
    const [first] = layers;
    if (!first) throw new ShapeError('Chain: there must be at least one layer.');
    layers.reduce((before, after) => {
      if (String(before.outputShape) === String(after.inputShape)) return after;
      throw new ShapeError(
        `Chain: ${before.constructor.name} gives [${before.outputShape.join(', ')}], but ${after.constructor.name} takes [${after.inputShape.join(', ')}].`,
      );
    });
    this.layers = layers;
    this.inputShape = first.inputShape;
    this.outputShape = layers.at(-1)!.outputShape;
    this.contextShape = sharedContextShape('Chain', layers);
  }

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.layers.reduce((value, layer) => layer.apply(value, context), x));
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.layers.reduceRight((value, layer) => layer.invert(value, context), y));
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    return tf.tidy(() => {
      let y = x;
      const logDets = this.layers.map((layer) => {
        const step = layer.applyWithLogDet(y, context);
        y = step.y;
        return step.logDet;
      });
      return { y, logDet: tf.addN(logDets) as tf.Tensor1D };
    });
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    return tf.tidy(() => {
      let x = y;
      const logDets = this.layers.toReversed().map((layer) => {
        const step = layer.invertWithLogDet(x, context);
        x = step.x;
        return step.logDet;
      });
      return { x, logDet: tf.addN(logDets) as tf.Tensor1D };
    });
  }

  dispose(): void {
    for (const layer of this.layers) layer.dispose();
  }
}

export function chain(...layers: Invertible[]): Chain {
  return new Chain(layers);
}

export interface InverseOptions {
  /** Whether disposing the inverse disposes the layer, which nothing else holds then. */
  owns?: boolean;
}

/** `layer` the other way round; shares its parameters, which stay the layer's to dispose unless it is given away. */
export function inverseOf(layer: Invertible, { owns = false }: InverseOptions = {}): Invertible {
  return new Inverse(layer, owns);
}

/** A class, because parameters are found by walking fields. */
class Inverse implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
  readonly layer: Invertible;

  constructor(
    layer: Invertible,
    private readonly owns: boolean,
  ) {
    this.inputShape = layer.outputShape;
    this.outputShape = layer.inputShape;
    this.contextShape = layer.contextShape;
    this.layer = layer;
  }

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return this.layer.invert(x, context);
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return this.layer.apply(y, context);
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    const { x: y, logDet } = this.layer.invertWithLogDet(x, context);
    return { y, logDet };
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    const { y: x, logDet } = this.layer.applyWithLogDet(y, context);
    return { x, logDet };
  }

  dispose(): void {
    if (this.owns) this.layer.dispose();
  }
}

/**
 * Runs the data-dependent initialisation of every layer in order, each on what the layers before it make of `x`
 * (and of `context`, where they take one). Layers without one are passed through. @throws Error when a layer is initialised already.
 */
export function initialize(layers: readonly Invertible[], x: tf.Tensor, context?: tf.Tensor): void {
  tf.tidy(() => {
    layers.reduce((value, layer) => {
      if (layer instanceof Chain) initialize(layer.layers, value, context);
      else if (hasInitialize(layer)) layer.initialize(value);
      return layer.apply(value, context);
    }, x);
  });
}

function hasInitialize(layer: Invertible): layer is Invertible & { initialize(x: tf.Tensor): void } {
  return 'initialize' in layer && typeof layer.initialize === 'function';
}
