// Bijections side by side on the channels: x = [x₁ | x₂ | …], y = [b₁(x₁) | b₂(x₂) | …]. Log-determinants add up.
import * as tf from '@tensorflow/tfjs-core';
import { unlessEmpty } from '../bijection/empty-batch.js';
import { requireShape, sharedContextShape, ShapeError, type Invertible, type Shape } from '../bijection/invertible.js';
import { initialize } from './chain.js';

export class Parallel implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
  readonly branches: readonly Invertible[];

  /** @throws ShapeError where there is no branch, or where branches differ in more than their channels. */
  constructor(branches: readonly Invertible[]) {
    this.branches = branches;
    this.inputShape = joined(branches.map(({ inputShape }) => inputShape));
    this.outputShape = joined(branches.map(({ outputShape }) => outputShape));
    this.contextShape = sharedContextShape('Parallel', branches);
  }

  /** Every branch by its own part of `x`, as `initialize` does. */
  initialize(x: tf.Tensor, context?: tf.Tensor): void {
    requireShape('Parallel.initialize', x, this.inputShape);
    tf.tidy(() => this.inputs(x).forEach((part, i) => initialize([this.branches[i]!], part, context)));
  }

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    requireShape('Parallel', x, this.inputShape);
    return tf.tidy(() =>
      unlessEmpty(x, this.outputShape, () =>
        join(this.inputs(x).map((part, i) => this.branches[i]!.apply(part, context))),
      ),
    );
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    requireShape('Parallel inverse', y, this.outputShape);
    return tf.tidy(() =>
      unlessEmpty(y, this.inputShape, () =>
        join(this.outputs(y).map((part, i) => this.branches[i]!.invert(part, context))),
      ),
    );
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    requireShape('Parallel', x, this.inputShape);
    if (x.shape[0] === 0) return { y: this.apply(x, context), logDet: tf.zeros<tf.Rank.R1>([0]) };
    return tf.tidy(() => {
      const steps = this.inputs(x).map((part, i) => this.branches[i]!.applyWithLogDet(part, context));
      return { y: join(steps.map(({ y }) => y)), logDet: tf.addN(steps.map(({ logDet }) => logDet)) as tf.Tensor1D };
    });
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    requireShape('Parallel inverse', y, this.outputShape);
    if (y.shape[0] === 0) return { x: this.invert(y, context), logDet: tf.zeros<tf.Rank.R1>([0]) };
    return tf.tidy(() => {
      const steps = this.outputs(y).map((part, i) => this.branches[i]!.invertWithLogDet(part, context));
      return { x: join(steps.map(({ x }) => x)), logDet: tf.addN(steps.map(({ logDet }) => logDet)) as tf.Tensor1D };
    });
  }

  dispose(): void {
    for (const branch of this.branches) branch.dispose();
  }

  private inputs(x: tf.Tensor): tf.Tensor[] {
    return tf.split(
      x,
      this.branches.map(({ inputShape }) => inputShape.at(-1)!),
      x.rank - 1,
    );
  }

  private outputs(y: tf.Tensor): tf.Tensor[] {
    return tf.split(
      y,
      this.branches.map(({ outputShape }) => outputShape.at(-1)!),
      y.rank - 1,
    );
  }
}

const join = (parts: tf.Tensor[]) => tf.concat(parts, parts[0]!.rank - 1);

/** The shape of tensors joined by their last axis. */
function joined(shapes: readonly Shape[]): Shape {
  const [first] = shapes;
  if (!first?.length)
    throw new ShapeError('Parallel: there must be at least one branch, and branches must have channels.');
  for (const shape of shapes) {
    if (String(shape.slice(0, -1)) === String(first.slice(0, -1)) && shape.length === first.length) continue;
    throw new ShapeError(
      `Parallel: branches of shapes [${first.join(', ')}] and [${shape.join(', ')}] differ in more than their last axis.`,
    );
  }
  return [...first.slice(0, -1), shapes.reduce((channels, shape) => channels + shape.at(-1)!, 0)];
}
