// A penalty on matrices that are not orthogonal (Brock et al. 2017, https://arxiv.org/abs/1609.07093; Bansal et al. 2018, "Can we gain more
// from orthogonality regularizations in training deep networks?", https://arxiv.org/abs/1810.09102, eq. 1).
import * as tf from '@tensorflow/tfjs-core';

/**
 * Soft orthogonality (Bansal et al. 2018, https://arxiv.org/abs/1810.09102, eq. 1) of a matrix: ‖G − I‖² / n, where G [n, n] is the Gram
 * matrix of its rows or columns, whichever are fewer. It is zero where all singular values are 1: such a matrix's transpose is its
 * pseudo-inverse, and a square one keeps lengths.
 * @param matrix Usually a `tf.Variable` that the optimiser has, such as `model.A.matrix`.
 * @returns A term for `weightedDistillation`: a function to a scalar.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { orthogonality } from '@lin/train';
 *
 * const penalty = (rows: number[][]) => orthogonality(tf.tensor2d(rows))().dataSync()[0];
 * console.log(penalty([[0, 1], [-1, 0]]), penalty([[2, 0], [0, 1]]));
 * ```
 * ```text
 * 0 4.5
 * ```
 */
export function orthogonality(matrix: tf.Tensor): () => tf.Scalar {
  const [rows, columns] = matrix.shape as [number, number];
  const [ofColumns, n] = [columns < rows, Math.min(rows, columns)];
  return () =>
    tf.tidy(() => {
      const gram = tf.matMul(matrix as tf.Tensor2D, matrix as tf.Tensor2D, ofColumns, !ofColumns); // [n, n]
      return tf.div(tf.sum(tf.square(tf.sub(gram, tf.eye(n)))), n) as tf.Scalar;
    });
}
