// Gram–Schmidt on rows of coordinates. Every row is cleared of the earlier ones twice, which leaves float32's rounding and no more
// (Giraud, Langou, Rozložník 2005, "The loss of orthogonality in the Gram-Schmidt orthogonalization process").
import * as tf from '@tensorflow/tfjs-core';

/**
 * What is left of a row must exceed this share of its length, or it is a combination of the earlier ones: some hundred roundings of
 * float32.
 */
const INDEPENDENT = 1e-5;

/** Orthonormal rows that span those of `u`, [r, N], and which rows of `u` they come from: a row that depends on earlier ones gives none. */
export async function orthonormalRows(u: tf.Tensor2D): Promise<{ rows: tf.Tensor2D; sources: number[] }> {
  const kept: tf.Tensor2D[] = [];
  const sources: number[] = [];
  for (let i = 0; i < u.shape[0]; i++) {
    const [rest, unit] = tf.tidy(() => {
      const row = tf.slice(u, [i, 0], [1, -1]);
      const cleared = kept.length === 0 ? row : clear(clear(row, kept), kept);
      const length = tf.norm(cleared);
      return [tf.divNoNan(length, tf.norm(row)), tf.divNoNan(cleared, length) as tf.Tensor2D];
    });
    const [share] = await rest.data();
    rest.dispose();
    if (share! > INDEPENDENT) {
      kept.push(unit);
      sources.push(i);
    } else unit.dispose();
  }
  const rows = kept.length === 0 ? tf.zeros<tf.Rank.R2>([0, u.shape[1]]) : tf.concat(kept, 0);
  tf.dispose(kept);
  return { rows, sources };
}

function clear(row: tf.Tensor2D, orthonormal: readonly tf.Tensor2D[]): tf.Tensor2D {
  const Q = tf.concat([...orthonormal], 0);
  return tf.sub(row, tf.matMul(tf.matMul(row, Q, false, true), Q));
}
