// The best A there is for a run's g_x and g_y, in closed form: least squares between cores and what g_y makes of the teacher's embeddings,
// with a ridge towards A as it was trained.
import * as tf from '@tensorflow/tfjs-core';
import { fitDense, gatherLatents, rowsOf, toTensor, type LatentMoments, type Matrix } from '@lin/operator';
import { cosinesTo, embeddingsOfCores, ROWS_AT_ONCE, type Latents } from '../latents/latents.js';
import type { Run } from '../run/run.js';

type Model = Pick<Run, 'model'>;

export interface ClosedForm {
  /** A, embeddingSize × latentDim. */
  matrix: Matrix;
  r2: number;
  condition: number;
}

/** One A for each λ, all from one pass over the images. */
export interface ClosedForms {
  images: number;
  /** What is left of ‖Z_y‖² by the best A of rank k without a ridge, k = 0 … min(m, n), as a share of it. */
  rankErrors: number[];
  /** λ as a share of the mean eigenvalue of Z_xᵀ Z_x; λ → ∞ is A as trained. */
  at(ridge: number): ClosedForm;
}

/** The λ that are tried, as `at` takes them: from the plain least squares to nearly A as trained. */
export const RIDGES = [0, 1e-4, 1e-3, 1e-2, 1e-1, 1, 1e1, 1e2];

/** From training images; `A`, as trained, also gives the lengths that embeddings have in g_y's space, since teachers' have length one. */
export async function closedFormsOf(run: Model, training: Latents, A: Matrix): Promise<ClosedForms> {
  const moments = await gatherLatents(batchesOf(run, training, A));
  const unit = moments.s.reduce((sum, value) => sum + value * value, 0) / moments.s.length;
  const { rankErrors } = fitOf(moments, 0);
  return {
    images: moments.rows,
    rankErrors: Array.from(rankErrors, (error) => error / rankErrors[0]!),
    at(ridge) {
      const { matrix, r2, condition } = fitOf(moments, ridge * unit, A);
      return { matrix, r2, condition };
    },
  };
}

/** The fit's matrix is what is wanted: the operator's variables are freed. */
function fitOf(moments: LatentMoments, ridge: number, towards?: Matrix) {
  const { operator, ...fit } = fitDense(moments, { ridge, ...(towards && { towards }) });
  operator.dispose();
  return fit;
}

/** Of f with `A` in place of its own, to the teacher: one for each image. */
export async function cosinesWith(run: Model, latents: Latents, A: Matrix): Promise<Float64Array> {
  return cosinesTo(latents.targets, await embeddingsOfCores(run, latents.cores, A));
}

/**
 * Pairs z / ‖f(x)‖ and g_y(‖f(x)‖ t) / ‖f(x)‖: the teacher's t has length one, and where f(x) lies, g_y is nearly what training made of it;
 * over its length, every image's angle counts the same.
 */
async function* batchesOf({ model }: Model, { cores, targets }: Latents, A: Matrix) {
  for (let start = 0; start < cores.rows; start += ROWS_AT_ONCE) {
    const [x, y] = tf.tidy(() => {
      const [z, t] = [cores, targets].map((rows) => toTensor(rowsOf(rows, start, start + ROWS_AT_ONCE))) as [
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      const length = tf.add(tf.norm(model.decode(tf.matMul(z, toTensor(A), false, true)), 'euclidean', 1, true), TINY);
      return [tf.div(z, length) as tf.Tensor2D, tf.div(model.gy.apply(tf.mul(t, length)), length) as tf.Tensor2D];
    });
    yield { x, y };
    tf.dispose([x, y]);
  }
}

const TINY = 1e-6; // of an embedding of length zero
