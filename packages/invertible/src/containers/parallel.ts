// Bijections side by side on the channels: x = [x₁ | x₂ | …], y = [b₁(x₁) | b₂(x₂) | …]. Log-determinants add up.
import * as tf from '@tensorflow/tfjs-core';
import { CheckedBijection, type Passage, type Through } from '../bijection/checked-bijection.js';
import { requireInvertible, type Invertible } from '../bijection/invertible.js';
import { requireShape, ShapeError, type Shape } from '../bijection/shapes.js';
import { sharedContextShape } from '../bijection/contexts.js';
import { allOrNothing, initialize } from './initialize.js';

/**
 * Bijections side by side on the channels: x = [x₁ | x₂ | …], y = [b₁(x₁) | b₂(x₂) | …]. Log-determinants add up; a context goes to
 * every branch.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LeakyRelu, Parallel, Reverse } from '@lin/invertible';
 * const block = new Parallel([new Reverse({ shape: [2] }), new LeakyRelu({ shape: [1], slope: 0.5 })]);
 * const { y, logDet } = block.applyWithLogDet(tf.tensor2d([[1, 2, -3]]));
 * y.print();
 * logDet.print();
 * ```
 * ```text
 * Tensor
 *      [[2, 1, -1.5],]
 * Tensor
 *     [-0.6931472]
 * ```
 */
export class Parallel extends CheckedBijection {
  readonly branches: readonly Invertible[];

  /** @throws ShapeError where there is no branch, or where branches differ in more than their channels. */
  constructor(branches: readonly Invertible[]) {
    branches.forEach((branch) => requireInvertible('Parallel', branch));
    super('Parallel', {
      inputShape: joined(branches.map(({ inputShape }) => inputShape)),
      outputShape: joined(branches.map(({ outputShape }) => outputShape)),
      contextShape: sharedContextShape('Parallel', branches),
    });
    this.branches = branches;
  }

  /** Every branch by its own part of `x`, as `initialize` does. */
  initialize(x: tf.Tensor, context?: tf.Tensor): void {
    requireShape('Parallel.initialize', x, this.inputShape);
    allOrNothing(this.branches, () => {
      this.inputs(x).forEach((part, i) => initialize([this.branches[i]!], part, context));
    });
  }

  protected forwards(x: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return sideBySide(this.inputs(x).map((part, i) => through(this.branches[i]!, part)));
  }

  protected backwards(y: tf.Tensor, _: tf.Tensor | undefined, through: Through): Passage {
    return sideBySide(this.outputs(y).map((part, i) => through(this.branches[i]!, part)));
  }

  override dispose(): void {
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

const sideBySide = (passages: Passage[]): Passage => ({
  value: tf.concat(
    passages.map(({ value }) => value),
    passages[0]!.value.rank - 1,
  ),
  logDet: () => tf.addN(passages.map(({ logDet }) => logDet())),
});

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
