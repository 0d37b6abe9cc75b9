// What is exported of a model beside the student f, an image to an embedding: its right inverse f†, an embedding to an image.
import * as tf from '@tensorflow/tfjs-core';
import { isInvertible, type Encoder, type Linearizer } from '@lin/linearizer';
import { toTensor } from '@lin/operator/linear-algebra';

/** f† with the tensor that it holds. */
export interface Preimage {
  /** f†(y) = g_x⁻¹(A⁺ g_y(y)), residual zero: the image of least induced norm of those that f maps nearest to y. */
  apply(y: tf.Tensor): tf.Tensor;
  /** Of A; f(f†(y)) = y for every y where it is A's number of rows. */
  rank: number;
  dispose(): void;
}

/**
 * The matrix of `InducedOperator`'s f†, applied by itself: there core and residual are joined on their way to g_x⁻¹, and zeros with the
 * batch's size are none that ONNX could join to a batch of another. undefined where g_x has no inverse to the image.
 */
export async function preimageOf(model: Linearizer<Encoder>): Promise<Preimage | undefined> {
  const { gx, gy } = model;
  if (!isInvertible(gx)) return undefined;
  const f = await model.operator();
  const inverse = toTensor(f.pinv().matrix);
  const size = gx.imageShape.reduce((product, side) => product * side, 1);
  return {
    rank: f.rank(),
    apply: (y) =>
      tf.tidy(() => {
        const core = tf.matMul<tf.Tensor2D>(gy.apply(y), inverse, false, true);
        return gx.decode(core, tf.zeros([core.shape[0], size]));
      }),
    dispose: () => inverse.dispose(),
  };
}
