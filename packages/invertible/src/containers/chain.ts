// Compositions: blocks in sequence, and the inverse of a block.
import * as tf from '@tensorflow/tfjs-core';
import { CheckedBijection, type Passage, type Through } from '../bijection/checked-bijection.js';
import { requireInvertible, type Invertible } from '../bijection/invertible.js';
import { sharedContextShape } from '../bijection/contexts.js';
import { joinChannels } from './joined-channels.js';
import { oneAfterTheOther } from './one-after-the-other.js';
import { ShapeError, type Shape } from '../bijection/shapes.js';

/**
 * Blocks applied first to last: y = bₙ(… b₂(b₁(x))). Log-determinants add up; a context goes to every block. Disposing it disposes them.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Chain, ElementwiseAffine, LeakyRelu } from '@lin/invertible';
 * const flow = new Chain([new ElementwiseAffine({ shape: [2] }), new LeakyRelu({ shape: [2], slope: 0.5 })]);
 * const { y, logDet } = flow.applyWithLogDet(tf.tensor2d([[3, -3]]));
 * y.print();
 * logDet.print(); // 0 + log ½
 * console.log(flow.layers.map(({ name }) => name));
 * ```
 * ```text
 * Tensor
 *      [[3, -1.5],]
 * Tensor
 *     [-0.6931472]
 * [ 'ElementwiseAffine', 'LeakyRelu' ]
 * ```
 */
export class Chain extends CheckedBijection {
  readonly layers: readonly Invertible[];
  /** Private to the language too, since parameters are found by walking fields. */
  readonly #joined: readonly Invertible[];

  /** @throws ShapeError where shapes or contexts do not go together, and where there is no block. */
  constructor(layers: readonly Invertible[]) {
    const [first] = layers;
    if (!first) throw new ShapeError('Chain: there must be at least one layer.');
    layers.forEach((layer) => requireInvertible('Chain', layer));
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
    this.#joined = joinChannels(layers);
  }

  protected forwards(x: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return oneAfterTheOther(this.#joined, x, through);
  }

  protected backwards(y: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return oneAfterTheOther(this.layers.toReversed(), y, through);
  }

  override dispose(): void {
    for (const layer of this.layers) layer.dispose();
  }
}

/**
 * The `Chain` of some blocks.
 * @param layers First to last; the output of each has the shape of the next one's input.
 * @throws ShapeError where shapes or contexts do not go together, and where there is no block.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { chain, Flatten, Permutation } from '@lin/invertible';
 * const flow = chain(new Flatten({ shape: [2, 2] }), new Permutation({ shape: [4], order: [3, 2, 1, 0] }));
 * flow.apply(tf.tensor3d([1, 2, 3, 4], [1, 2, 2])).print();
 * ```
 * ```text
 * Tensor
 *      [[4, 3, 2, 1],]
 * ```
 */
export function chain(...layers: Invertible[]): Chain {
  return new Chain(layers);
}

export interface InverseOptions {
  /** Whether disposing the inverse disposes the layer, which nothing else holds then. */
  owns?: boolean;
}

/**
 * A block the other way round; it shares the block's parameters.
 * @param layer What is inverted; it stays its owner's to dispose, unless given away.
 * @param options `owns`: disposing the inverse disposes `layer`, which nothing else holds then.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { inverseOf, Sigmoid } from '@lin/invertible';
 * const logit = inverseOf(new Sigmoid({ shape: [1] }));
 * console.log(logit.name, logit.apply(tf.tensor2d([[0.9]])).dataSync()[0]!.toFixed(4)); // log 9
 * ```
 * ```text
 * inverse of Sigmoid 2.1972
 * ```
 */
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
