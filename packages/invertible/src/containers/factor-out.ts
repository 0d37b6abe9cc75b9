// Multi-scale flows (Dinh et al. 2017, RealNVP, §3.6) that stay bijections: part of the channels goes on through further blocks, the rest
// is done, and both come out as one vector: x = [x₁ | x₂], y = [flat(rest(x₁)) | flat(x₂)]. log|det| is that of `rest`.
import * as tf from '@tensorflow/tfjs-core';
import { CheckedBijection, type Passage, type Through } from '../bijection/checked-bijection.js';
import { channelsOf, requireShape, ShapeError, sizeOf, type Shape } from '../bijection/shapes.js';
import { rowsOf } from '../bijection/batches.js';
import type { Invertible } from '../bijection/invertible.js';
import { Chain } from './chain.js';
import { initialize } from './initialize.js';

export interface FactorOutOptions {
  shape: Shape;
  /** What the first channels go through; its input has the shape's height and width, and fewer channels. */
  rest: Invertible;
}

/**
 * A scale of a multi-scale flow (Dinh et al. 2017, RealNVP, arXiv 1605.08803, §3.6) that stays a bijection: x = [x₁ | x₂] by channels, y
 * = [flat(rest(x₁)) | flat(x₂)]; [B, …, c] → [B, n]. log|det| is that of `rest`.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { FactorOut, Reverse } from '@lin/invertible';
 * const block = new FactorOut({ shape: [1, 2, 3], rest: new Reverse({ shape: [1, 2, 2] }) });
 * const y = block.apply(tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]));
 * y.print(); // the first two channels, reversed, then the third
 * ```
 * ```text
 * Tensor
 *      [[2, 1, 5, 4, 3, 6],]
 * ```
 */
export class FactorOut extends CheckedBijection {
  readonly rest: Invertible;
  /** Channels that go on, and channels that are done. */
  private readonly sizes: readonly [number, number];

  /** @throws ShapeError unless `rest` takes some but not all channels of `shape`. */
  constructor({ shape, rest }: FactorOutOptions) {
    const channels = channelsOf('FactorOut', shape, 2);
    const kept = rest.inputShape.at(-1) ?? 0;
    if (
      rest.inputShape.length !== shape.length ||
      String(rest.inputShape.slice(0, -1)) !== String(shape.slice(0, -1)) ||
      kept >= channels
    ) {
      throw new ShapeError(
        `FactorOut: ${rest.name} takes [${rest.inputShape.join(', ')}], ` +
          `but should take some of the channels of [${shape.join(', ')}], not all, at every position.`,
      );
    }
    super('FactorOut', { inputShape: shape, outputShape: [sizeOf(shape)], contextShape: rest.contextShape });
    this.rest = rest;
    this.sizes = [kept, channels - kept];
  }

  /** `rest` by what it will be given of `x`. */
  initialize(x: tf.Tensor, context?: tf.Tensor): void {
    requireShape('FactorOut.initialize', x, this.inputShape);
    tf.tidy(() => initialize([this.rest], this.split(x)[0], context));
  }

  protected forwards(x: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    const [x1, x2] = this.split(x);
    const { value: y1, logDet } = through(this.rest, x1);
    return { value: flatJoin(y1, x2), logDet };
  }

  protected backwards(y: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    const [y1, x2] = this.unflatten(y);
    const { value: x1, logDet } = through(this.rest, y1);
    return { value: this.join(x1, x2), logDet };
  }

  override dispose(): void {
    this.rest.dispose();
  }

  private split(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
    return tf.split(x, [...this.sizes], x.rank - 1) as [tf.Tensor, tf.Tensor];
  }

  private join(x1: tf.Tensor, x2: tf.Tensor): tf.Tensor {
    return tf.concat([x1, x2], x1.rank - 1);
  }

  private unflatten(y: tf.Tensor): [tf.Tensor, tf.Tensor] {
    const batch = y.shape[0]!;
    const inner = sizeOf(this.rest.outputShape);
    const [first, second] = tf.split(y, [inner, this.outputShape[0]! - inner], 1) as [tf.Tensor, tf.Tensor];
    const x2 = tf.reshape(second, [batch, ...this.inputShape.slice(0, -1), this.sizes[1]]);
    return [tf.reshape(first, [batch, ...this.rest.outputShape]), x2];
  }
}

const flatJoin = (y1: tf.Tensor, x2: tf.Tensor): tf.Tensor => tf.concat([rowsOf(y1), rowsOf(x2)], 1);

/**
 * A multi-scale flow (Dinh et al. 2017, RealNVP, arXiv 1605.08803, §3.6): what a scale's input has fewer channels than the scale before
 * gives is factored out there.
 * @param scales A block, or chain, for each scale, coarsest last.
 * @returns Images to one vector, [B, h, w, c] → [B, h·w·c].
 * @throws ShapeError as `FactorOut` and `Chain` do.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Flatten, multiScale, Squeeze } from '@lin/invertible';
 * const flow = multiScale(new Squeeze({ shape: [4, 4, 1] }), new Squeeze({ shape: [2, 2, 2] }), new Flatten({ shape: [1, 1, 4] }));
 * console.log(flow.outputShape, flow.apply(tf.zeros([5, 4, 4, 1])).shape);
 * ```
 * ```text
 * [ 16 ] [ 5, 16 ]
 * ```
 */
export function multiScale(...scales: [Invertible, ...Invertible[]]): Invertible {
  return scales.reduceRight((rest, scale) => new Chain([scale, new FactorOut({ shape: scale.outputShape, rest })]));
}
