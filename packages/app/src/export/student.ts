// What is exported of a model beside the student f, an image to an embedding: its right inverse f†, an embedding to an image.
import type * as tf from '@tensorflow/tfjs-core';
import { isInvertible, type Encoder, type Linearizer } from '@lin/linearizer';

/** f† with the tensor that it holds. */
export interface Preimage {
  /** f†(y) = g_x⁻¹(A⁺ g_y(y)), residual zero: the image of least induced norm of those that f maps nearest to y. */
  apply(y: tf.Tensor): tf.Tensor;
  /** Of A; f(f†(y)) = y for every y where it is A's number of rows. */
  rank: number;
  dispose(): void;
}

/** undefined where g_x has no inverse to the image. */
export async function preimageOf(model: Linearizer<Encoder>): Promise<Preimage | undefined> {
  if (!isInvertible(model.gx)) return undefined;
  const f = await model.operator();
  const inverse = f.pinv();
  return {
    rank: f.rank(),
    apply: (y) => inverse.apply(y as tf.Tensor2D),
    dispose: () => inverse.dispose(),
  };
}
