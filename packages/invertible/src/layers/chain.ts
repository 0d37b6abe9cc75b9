// Compositions: blocks in sequence, and a block turned round.
import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, type Invertible, type Shape } from '../invertible.js';

/** Blocks applied first to last: y = bₙ(… b₂(b₁(x))). Log-determinants add up. */
export class Chain implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
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
  }

  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.layers.reduce((value, layer) => layer.apply(value), x));
  }

  invert(y: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.layers.reduceRight((value, layer) => layer.invert(value), y));
  }

  forward(x: tf.Tensor) {
    return tf.tidy(() => {
      let y = x;
      const logDets = this.layers.map((layer) => {
        const step = layer.forward(y);
        y = step.y;
        return step.logDet;
      });
      return { y, logDet: tf.addN(logDets) as tf.Tensor1D };
    });
  }

  inverse(y: tf.Tensor) {
    return tf.tidy(() => {
      let x = y;
      const logDets = this.layers.toReversed().map((layer) => {
        const step = layer.inverse(x);
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

/** `layer` the other way round; shares its parameters, which stay the layer's to dispose. */
export function inverseOf(layer: Invertible): Invertible {
  return new Inverse(layer);
}

/** A class, because parameters are found by walking fields. */
class Inverse implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layer: Invertible;

  constructor(layer: Invertible) {
    this.inputShape = layer.outputShape;
    this.outputShape = layer.inputShape;
    this.layer = layer;
  }

  apply(x: tf.Tensor): tf.Tensor {
    return this.layer.invert(x);
  }

  invert(y: tf.Tensor): tf.Tensor {
    return this.layer.apply(y);
  }

  forward(x: tf.Tensor) {
    const { x: y, logDet } = this.layer.inverse(x);
    return { y, logDet };
  }

  inverse(y: tf.Tensor) {
    const { y: x, logDet } = this.layer.forward(y);
    return { x, logDet };
  }

  dispose(): void {}
}

/**
 * Runs the data-dependent initialisation of every layer in order, each on what the layers before it make of `x`.
 * Layers without one are passed through. @throws Error when a layer is initialised already.
 */
export function initialize(layers: readonly Invertible[], x: tf.Tensor): void {
  tf.tidy(() => {
    layers.reduce((value, layer) => {
      if (layer instanceof Chain) initialize(layer.layers, value);
      else if (hasInitialize(layer)) layer.initialize(value);
      return layer.apply(value);
    }, x);
  });
}

function hasInitialize(layer: Invertible): layer is Invertible & { initialize(x: tf.Tensor): void } {
  return 'initialize' in layer && typeof layer.initialize === 'function';
}
