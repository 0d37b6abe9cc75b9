// Additive angular margin softmax (Deng et al. 2019, "ArcFace", https://arxiv.org/abs/1801.07698, eq. 3): classes as directions on the unit
// sphere.
import * as tf from '@tensorflow/tfjs-core';
import { l2Normalise } from './unit-sphere.js';

export interface ArcFaceOptions {
  /** s, above 0: what cosines are multiplied with before the softmax; default 64. */
  scale?: number;
  /** m, radians in [0, π/2): how much closer than its own angle an embedding has to be to its class; default 0.5. */
  margin?: number;
}

/**
 * Keeps the gradient of the sine finite where an embedding is exactly its class's direction; below float32's resolution of a cosine near 1.
 */
const EPSILON = 1e-7;

/**
 * Softmax with an additive angular margin (Deng et al. 2019, "ArcFace", https://arxiv.org/abs/1801.07698, eq. 3): mean cross-entropy of
 * softmax(s · cos(θ + m · [own class])), where θ are the angles of each embedding to each class's direction. Past θ + m = π, where the
 * cosine would rise again, cos θ − m sin m takes its place, as in the authors' code.
 * @param embeddings [B, d], of any lengths.
 * @param classes A direction for each class, [C, d], of any lengths.
 * @param labels int32 [B], from 0 to C − 1.
 * @throws RangeError for a scale that is not above 0, or a margin outside [0, π/2).
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { arcFaceLoss } from '@lin/train';
 *
 * const classes = tf.tensor2d([[1, 0], [0, 1]]);
 * const labels = tf.tensor1d([0], 'int32');
 * const loss = (embedding: number[]) => arcFaceLoss(tf.tensor2d([embedding]), classes, labels, { scale: 1 }).dataSync()[0]!;
 * console.log(loss([1, 0]).toFixed(3), loss([0, 1]).toFixed(3));
 * ```
 * ```text
 * 0.348 1.685
 * ```
 */
export function arcFaceLoss(
  embeddings: tf.Tensor2D,
  classes: tf.Tensor2D,
  labels: tf.Tensor1D,
  { scale = 64, margin = 0.5 }: ArcFaceOptions = {},
): tf.Scalar {
  if (!(scale > 0)) throw new RangeError(`arcFaceLoss: scale is ${scale}; expected more than 0.`);
  if (!(margin >= 0 && margin < Math.PI / 2))
    throw new RangeError(`arcFaceLoss: margin is ${margin}; expected radians in [0, π/2).`);
  return tf.tidy(() => {
    const cosines = tf.matMul(l2Normalise(embeddings), l2Normalise(classes), false, true); // [B, C]
    const isOwn = tf.oneHot(labels, classes.shape[0], 1, 0, 'float32');
    const own = tf.sum(tf.mul(cosines, isOwn), 1, true); // [B, 1]
    const moved = tf.mul(isOwn, tf.sub(withMargin(own, margin), own));
    const logits = tf.mul(tf.add(cosines, moved), scale);
    const ownLogit = tf.sum(tf.mul(logits, isOwn), 1);
    return tf.mean<tf.Scalar>(tf.sub(tf.logSumExp(logits, 1), ownLogit));
  });
}

/** cos(θ + m) = cos θ cos m − sin θ sin m, continued past θ = π − m. */
function withMargin(cosine: tf.Tensor, margin: number): tf.Tensor {
  const sine = tf.sqrt(tf.maximum(tf.sub(1, tf.square(cosine)), EPSILON));
  const rotated = tf.sub(tf.mul(cosine, Math.cos(margin)), tf.mul(sine, Math.sin(margin)));
  const continued = tf.sub(cosine, margin * Math.sin(margin));
  const isWithin = tf.step(tf.add(cosine, Math.cos(margin))); // a step has a gradient in tfjs, zero; a comparison has none
  return tf.add(tf.mul(isWithin, rotated), tf.mul(tf.sub(1, isWithin), continued));
}
