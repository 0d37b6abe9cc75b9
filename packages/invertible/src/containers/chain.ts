// Compositions: blocks in sequence, and a block turned round.
import * as tf from '@tensorflow/tfjs-core';
import { CheckedBijection, type Passage, type Through } from '../bijection/checked-bijection.js';
import { sharedContextShape, ShapeError, type Invertible, type Shape } from '../bijection/invertible.js';

/** Blocks applied first to last: y = bₙ(… b₂(b₁(x))). Log-determinants add up; a context goes to every block. */
export class Chain extends CheckedBijection {
  readonly layers: readonly Invertible[];

  constructor(layers: readonly Invertible[]) {
    const [first] = layers;
    if (!first) throw new ShapeError('Chain: there must be at least one layer.');
    layers.reduce((before, after) => {
      if (String(before.outputShape) === String(after.inputShape)) return after;
      throw new ShapeError(
        `Chain: ${before.name} gives [${before.outputShape.join(', ')}], but ${after.name} takes [${after.inputShape.join(', ')}].`,
      );
    });
    super('Chain', {
      inputShape: first.inputShape,
      outputShape: layers.at(-1)!.outputShape,
      contextShape: sharedContextShape('Chain', layers),
    });
    this.layers = layers;
  }

  protected forwards(x: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return oneAfterTheOther(this.layers, x, through);
  }

  protected backwards(y: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return oneAfterTheOther(this.layers.toReversed(), y, through);
  }

  override dispose(): void {
    for (const layer of this.layers) layer.dispose();
  }
}

function oneAfterTheOther(layers: readonly Invertible[], x: tf.Tensor, through: Through): Passage {
  let value = x;
  const logDets = layers.map((layer) => {
    const passage = through(layer, value);
    value = passage.value;
    return passage.logDet;
  });
  return { value, logDet: () => tf.addN(logDets.map((logDet) => logDet())) };
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
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
  readonly layer: Invertible;

  constructor(
    layer: Invertible,
    private readonly owns: boolean,
  ) {
    this.name = `inverse of ${layer.name}`;
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
