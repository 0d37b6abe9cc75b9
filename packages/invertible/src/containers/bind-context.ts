// A conditional block at one context: a bijection that takes none.
import * as tf from '@tensorflow/tfjs-core';
import { requireInvertible, type Invertible } from '../bijection/invertible.js';
import { ShapeError, sizeOf, type Shape } from '../bijection/shapes.js';

/**
 * A conditional block at one context, which all samples of every batch have: a bijection that takes no context, over the same parameters.
 * So one network is several: g at 0 and g at 1, say, for the two sides of a Linearizer.
 * @param layer A conditional block; it stays its owner's to dispose.
 * @param context One context, row by row: as many finite numbers as its `contextShape` has.
 * @throws ShapeError for a block that takes no context, another number of numbers, or one that is not finite.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { bindContext, realNVP } from '@lin/invertible';
 * const g = realNVP({ dim: 2, numBlocks: 2, hiddenDim: 8, contextDim: 1 });
 * const gAtOne = bindContext(g, [1]);
 * const x = tf.tensor2d([[1, 2]]);
 * console.log(gAtOne.name, gAtOne.contextShape, tf.max(tf.abs(tf.sub(gAtOne.invert(gAtOne.apply(x)), x))).dataSync()[0]! < 1e-5);
 * ```
 * ```text
 * Chain at a context undefined true
 * ```
 */
export function bindContext(layer: Invertible, context: readonly number[]): Invertible {
  requireInvertible('bindContext', layer);
  const { contextShape } = layer;
  if (!contextShape) throw new ShapeError(`bindContext: ${layer.name} takes no context.`);
  if (context.length !== sizeOf(contextShape) || !context.every(Number.isFinite)) {
    throw new ShapeError(
      `bindContext: ${layer.name} takes a context of shape [${contextShape.join(', ')}], ` +
        `but got ${context.length} numbers, [${context.join(', ')}].`,
    );
  }
  return new Bound(layer, contextShape, [...context]);
}

/** A class, because parameters are found by walking fields. */
class Bound implements Invertible {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;

  constructor(
    readonly layer: Invertible,
    private readonly shape: Shape,
    private readonly context: number[],
  ) {
    this.name = `${layer.name} at a context`;
    this.inputShape = layer.inputShape;
    this.outputShape = layer.outputShape;
  }

  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.layer.apply(x, this.contextOf(x)));
  }

  invert(y: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.layer.invert(y, this.contextOf(y)));
  }

  applyWithLogDet(x: tf.Tensor) {
    return tf.tidy(() => this.layer.applyWithLogDet(x, this.contextOf(x)));
  }

  invertWithLogDet(y: tf.Tensor) {
    return tf.tidy(() => this.layer.invertWithLogDet(y, this.contextOf(y)));
  }

  dispose(): void {}

  /** Of each sample, [B, …contextShape]. */
  private contextOf({ shape: [count] }: tf.Tensor): tf.Tensor {
    const of = [count!, ...this.shape];
    return count === 0 ? tf.zeros(of) : tf.broadcastTo(tf.tensor(this.context, [1, ...this.shape]), of);
  }
}
