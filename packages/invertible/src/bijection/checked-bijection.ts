// What bijections have in common: batches and contexts are checked and made float32, and empty batches pass. A block states one formula for
// each direction, of the value and of the log-determinant, which is worked out only where it is asked for.
import * as tf from '@tensorflow/tfjs-core';
import { asFloat } from './batches.js';
import { requireContext } from './contexts.js';
import { requireShape, type Shape } from './shapes.js';
import type { Invertible } from './invertible.js';

/** A batch on the other side of a bijection. */
export interface Passage {
  value: tf.Tensor;
  /** Of the way that was taken, [B]; to be asked once, in the same `tf.tidy`. */
  logDet: () => tf.Tensor1D;
}

/** Passes a part of a batch through a block inside another, in the direction and with the context of the outer one. */
export type Through = (block: Invertible, part: tf.Tensor) => Passage;

export interface BijectionShapes {
  inputShape: Shape;
  /** As the input's unless given. */
  outputShape?: Shape;
  /** Absent where there is no context. */
  contextShape?: Shape | undefined;
}

export abstract class CheckedBijection implements Invertible {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;

  constructor(name: string, { inputShape, outputShape = inputShape, contextShape }: BijectionShapes) {
    this.name = name;
    this.inputShape = inputShape;
    this.outputShape = outputShape;
    this.contextShape = contextShape;
  }

  /** y of a batch x that was checked, and of a context where the block takes one; log|det ∂y/∂x|. */
  protected abstract forwards(x: tf.Tensor, context: tf.Tensor | undefined, through: Through): Passage;

  /** x of a batch y that was checked, likewise; log|det ∂x/∂y|. */
  protected abstract backwards(y: tf.Tensor, context: tf.Tensor | undefined, through: Through): Passage;

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.there(x, context, applied(context)).value);
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.back(y, context, inverted(context)).value);
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor): { y: tf.Tensor; logDet: tf.Tensor1D } {
    return tf.tidy(() => {
      const { value, logDet } = this.there(x, context, appliedWithLogDet(context));
      return { y: value, logDet: logDet() };
    });
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor): { x: tf.Tensor; logDet: tf.Tensor1D } {
    return tf.tidy(() => {
      const { value, logDet } = this.back(y, context, invertedWithLogDet(context));
      return { x: value, logDet: logDet() };
    });
  }

  dispose(): void {}

  private there(x: tf.Tensor, context: tf.Tensor | undefined, through: Through): Passage {
    const { batch, own } = this.checked(this.name, x, this.inputShape, context);
    return isEmpty(x) ? emptyPassage(batch, this.outputShape) : this.forwards(batch, own, through);
  }

  private back(y: tf.Tensor, context: tf.Tensor | undefined, through: Through): Passage {
    const { batch, own } = this.checked(`${this.name} inverse`, y, this.outputShape, context);
    return isEmpty(y) ? emptyPassage(batch, this.inputShape) : this.backwards(batch, own, through);
  }

  private checked(operation: string, x: tf.Tensor, shape: Shape, context: tf.Tensor | undefined) {
    requireShape(operation, x, shape);
    requireContext(operation, x, context, this.contextShape);
    const own = this.contextShape && context ? asFloat(`${operation}: context`, context) : undefined;
    return { batch: asFloat(operation, x), own };
  }
}

const isEmpty = (x: tf.Tensor) => x.shape[0] === 0;

/** Many kernels of tfjs's backends fail on tensors without elements, or get their shape wrong: there is nothing to be mapped. */
const emptyPassage = (x: tf.Tensor, shape: Shape): Passage => ({
  value: tf.reshape(x, [0, ...shape]),
  logDet: () => tf.zeros([0]),
});

const applied =
  (context: tf.Tensor | undefined): Through =>
  (block, x) => ({ value: block.apply(x, context), logDet: () => block.applyWithLogDet(x, context).logDet });

const inverted =
  (context: tf.Tensor | undefined): Through =>
  (block, y) => ({ value: block.invert(y, context), logDet: () => block.invertWithLogDet(y, context).logDet });

const appliedWithLogDet =
  (context: tf.Tensor | undefined): Through =>
  (block, x) => {
    const { y, logDet } = block.applyWithLogDet(x, context);
    return { value: y, logDet: () => logDet };
  };

const invertedWithLogDet =
  (context: tf.Tensor | undefined): Through =>
  (block, y) => {
    const { x, logDet } = block.invertWithLogDet(y, context);
    return { value: x, logDet: () => logDet };
  };
