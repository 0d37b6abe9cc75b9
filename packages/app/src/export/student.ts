// What is exported of a model: the student f, an image to an embedding, and its right inverse f†, an embedding to an image.
import * as tf from '@tensorflow/tfjs-core';
import { isInvertible, type Encoder, type Linearizer } from '@lin/linearizer';
import { pseudoInverse, toTensor, type PseudoInverse } from '@lin/operator/linear-algebra';

/** f† with the tensor that it holds. */
export interface Preimage {
  /** f†(y) = g_x⁻¹(A⁺ g_y(y)), residual zero: the image of least induced norm of those that f maps nearest to y. */
  apply(y: tf.Tensor): tf.Tensor;
  /** Of A; f(f†(y)) = y for every y where it is A's number of rows. */
  rank: number;
  dispose(): void;
}

/** undefined where g_x has no inverse to the image. */
export async function preimageOf({ gx, A, gy }: Linearizer<Encoder>): Promise<Preimage | undefined> {
  if (!isInvertible(gx)) return undefined;
  const { matrix, rank } = rightInverse(await A.toMatrix());
  const tensor = toTensor(matrix);
  const size = gx.imageShape.reduce((product, side) => product * side, 1);
  return {
    rank,
    apply: (y) =>
      tf.tidy(() => {
        const core = tf.matMul<tf.Tensor2D>(gy.apply(y), tensor, false, true);
        return gx.decode(core, tf.zeros([core.shape[0], size]));
      }),
    dispose: () => tensor.dispose(),
  };
}

/** With the tolerance of `InducedOperator`: A comes from float32 entries. */
const rightInverse = (A: { rows: number; cols: number; data: Float64Array }): PseudoInverse =>
  pseudoInverse(A, { rcond: Math.max(A.rows, A.cols) * 2 ** -23 });
