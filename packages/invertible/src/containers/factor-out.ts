// Multi-scale flows (Dinh et al. 2017, RealNVP, §3.6) that stay bijections: part of the channels goes on through further blocks, the rest
// is done,
// and both come out as one vector: x = [x₁ | x₂], y = [flat(rest(x₁)) | flat(x₂)]. log|det| is that of `rest`.
import * as tf from '@tensorflow/tfjs-core';
import { unlessEmpty } from '../bijection/empty-batch.js';
import {
  channelsOf,
  requireShape,
  rowsOf,
  ShapeError,
  sizeOf,
  type Invertible,
  type Shape,
} from '../bijection/invertible.js';
import { Chain, initialize } from './chain.js';

export interface FactorOutOptions {
  shape: Shape;
  /** What the first channels go through; its input has the shape's height and width, and fewer channels. */
  rest: Invertible;
}

export class FactorOut implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
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
        `FactorOut: ${rest.constructor.name} takes [${rest.inputShape.join(', ')}], but should take some of the channels of [${shape.join(', ')}], not all, at every position.`,
      );
    }
    this.inputShape = shape;
    this.outputShape = [sizeOf(shape)];
    this.contextShape = rest.contextShape;
    this.rest = rest;
    this.sizes = [kept, channels - kept];
  }

  /** `rest` by what it will be given of `x`. */
  initialize(x: tf.Tensor, context?: tf.Tensor): void {
    requireShape('FactorOut.initialize', x, this.inputShape);
    tf.tidy(() => initialize([this.rest], this.split(x)[0], context));
  }

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    requireShape('FactorOut', x, this.inputShape);
    const map = () => {
      const [x1, x2] = this.split(x);
      return flatJoin(this.rest.apply(x1, context), x2);
    };
    return tf.tidy(() => unlessEmpty(x, this.outputShape, map));
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    requireShape('FactorOut inverse', y, this.outputShape);
    const unmap = () => {
      const [y1, x2] = this.unflatten(y);
      return this.join(this.rest.invert(y1, context), x2);
    };
    return tf.tidy(() => unlessEmpty(y, this.inputShape, unmap));
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    requireShape('FactorOut', x, this.inputShape);
    if (x.shape[0] === 0) return { y: this.apply(x, context), logDet: tf.zeros<tf.Rank.R1>([0]) };
    return tf.tidy(() => {
      const [x1, x2] = this.split(x);
      const { y: y1, logDet } = this.rest.applyWithLogDet(x1, context);
      return { y: flatJoin(y1, x2), logDet };
    });
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    requireShape('FactorOut inverse', y, this.outputShape);
    if (y.shape[0] === 0) return { x: this.invert(y, context), logDet: tf.zeros<tf.Rank.R1>([0]) };
    return tf.tidy(() => {
      const [y1, x2] = this.unflatten(y);
      const { x: x1, logDet } = this.rest.invertWithLogDet(y1, context);
      return { x: this.join(x1, x2), logDet };
    });
  }

  dispose(): void {
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
 * A multi-scale flow of one block (or chain) for each scale, coarsest last: what a scale's input has fewer channels than the scale before
 * gives
 * is factored out there. @throws ShapeError as `FactorOut` and `Chain` do.
 */
export function multiScale(...scales: [Invertible, ...Invertible[]]): Invertible {
  return scales.reduceRight((rest, scale) => new Chain([scale, new FactorOut({ shape: scale.outputShape, rest })]));
}
