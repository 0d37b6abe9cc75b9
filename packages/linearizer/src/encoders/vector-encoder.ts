// g_x of vectors, such as rows of a table: an invertible network of vectors, all of whose output A acts on.
import * as tf from '@tensorflow/tfjs-core';
import { requireShape, ShapeError, type Invertible } from '@lin/invertible';
import type { InvertibleEncoder } from './encoder.js';

/**
 * A g_x of vectors: all that the flow gives is core, and nothing is left as a residual, [B, 0].
 * @param flow From vectors to vectors of one length, such as a `VectorFlow`; disposed with the encoder.
 * @throws ShapeError for a flow of anything but vectors, and for one that takes a context.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { VectorFlow } from '@lin/invertible';
 * import { Linearizer, VectorEncoder } from '@lin/linearizer';
 * import { DenseOperator } from '@lin/operator';
 *
 * const model = new Linearizer({
 *   gx: new VectorEncoder(new VectorFlow({ dim: 3, numBlocks: 2, hiddenDim: 8 })),
 *   A: new DenseOperator({ inputDim: 3, outputDim: 2 }),
 *   gy: new VectorFlow({ dim: 2, numBlocks: 2, hiddenDim: 8, seed: 1 }),
 * });
 * const x = tf.tensor2d([[1, 2, 3]]);
 * console.log(model.apply(x).shape, model.reconstruct(x).dataSync());
 * ```
 * ```text
 * [ 1, 2 ] Float32Array(3) [ 1, 2, 3 ]
 * ```
 */
export class VectorEncoder implements InvertibleEncoder<tf.Tensor2D> {
  readonly latentDim: number;
  /** [dim]. */
  readonly imageShape: readonly number[];
  readonly numBlocks: number;
  readonly flow: Invertible;

  constructor(flow: Invertible & { numBlocks?: number }) {
    const [dim, ...more] = flow.outputShape;
    if (dim === undefined || more.length > 0 || flow.inputShape.length !== 1 || flow.contextShape) {
      throw new ShapeError(
        `VectorEncoder: ${flow.name} maps [${flow.inputShape.join(', ')}] to [${flow.outputShape.join(', ')}]` +
          `${flow.contextShape ? ' by a context' : ''}; expected vectors to vectors, without a context.`,
      );
    }
    this.latentDim = dim;
    this.imageShape = flow.inputShape;
    this.numBlocks = flow.numBlocks ?? 1;
    this.flow = flow;
  }

  get vectorNetwork(): Invertible {
    return this.flow;
  }

  /** [B, dim] → [B, latentDim]. */
  core(x: tf.Tensor): tf.Tensor2D {
    return this.flow.apply(x) as tf.Tensor2D;
  }

  /** The core, a residual [B, 0], and log|det ∂core/∂x| [B]. */
  encode(x: tf.Tensor): { core: tf.Tensor2D; residual: tf.Tensor2D; logDet: tf.Tensor1D } {
    const { y, logDet } = this.flow.applyWithLogDet(x);
    return { core: y as tf.Tensor2D, residual: tf.zeros([x.shape[0]!, 0]), logDet };
  }

  /** The vector of this core; the residual has no entries. */
  decode(core: tf.Tensor2D, residual: tf.Tensor2D): tf.Tensor2D {
    requireShape('VectorEncoder inverse: residual', residual, [0]);
    return this.flow.invert(core) as tf.Tensor2D;
  }

  dispose(): void {
    this.flow.dispose();
  }
}
