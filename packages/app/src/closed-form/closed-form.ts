// The best A there is for a run's g_x and g_y, in closed form: least squares between cores and what g_y makes of the teacher's embeddings.
import * as tf from '@tensorflow/tfjs-core';
import { fitDense, gatherLatents, pickRows, rowsOf, toTensor, type LatentMoments, type Matrix } from '@lin/operator';
import { cosinesTo, embeddingsOfCores, ROWS_AT_ONCE, type Latents } from '../latents/latents.js';
import type { Run } from '../run/run.js';

export interface ClosedForm {
  /** A, embeddingSize × latentDim. */
  matrix: Matrix;
  images: number;
  /** λ, over the mean square of Z_x's columns: chosen on training identities that were left out for that. */
  ridge: number;
  r2: number;
  condition: number;
  /** What is left of ‖Z_y‖² by the best A of rank k, k = 0 … min(m, n), as a share of it. */
  rankErrors: number[];
}

/** Shares of the mean eigenvalue of Z_xᵀ Z_x. */
const RIDGES = [0, 1e-4, 1e-3, 1e-2, 1e-1];
/** Every tenth identity chooses λ. */
const CHOOSING = 10;

/** From training images alone; `A` gives the lengths that embeddings have in g_y's space, since teachers' have length one. */
export async function closedFormOperator(run: Run, training: Latents, A: Matrix): Promise<ClosedForm> {
  const chooses = identityTest(training.labels);
  const [fitting, choosing] = [pick(training, (label) => !chooses(label)), pick(training, chooses)];
  const ridge =
    fitting.keys.length > 0 && choosing.keys.length > 0
      ? await bestRidge(run, await momentsOf(run, fitting, A), choosing)
      : 0;
  const moments = await momentsOf(run, training, A);
  const { matrix, rows, r2, condition, rankErrors } = solved(moments, ridge);
  return {
    matrix,
    images: rows,
    ridge,
    r2,
    condition,
    rankErrors: Array.from(rankErrors, (error) => error / rankErrors[0]!),
  };
}

async function bestRidge(run: Run, moments: LatentMoments, choosing: Latents): Promise<number> {
  let best = { ridge: 0, cosine: -Infinity };
  for (const ridge of RIDGES) {
    const { matrix } = solved(moments, ridge);
    const cosine = await meanCosine(run, choosing, matrix);
    if (cosine > best.cosine) best = { ridge, cosine };
  }
  return best.ridge;
}

/** Of f with `A` in place of its own, to the teacher. */
export async function meanCosine(run: Run, latents: Latents, A: Matrix): Promise<number> {
  const cosines = cosinesTo(latents.targets, await embeddingsOfCores(run, latents.cores, A));
  return cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
}

const momentsOf = (run: Run, latents: Latents, A: Matrix) => gatherLatents(batchesOf(run, latents, A));

/**
 * Pairs z / ‖f(x)‖ and g_y(‖f(x)‖ t) / ‖f(x)‖: the teacher's t has length one, and where f(x) lies, g_y is nearly what training made of it;
 * over its
 * length, every image's angle counts the same.
 */
async function* batchesOf({ model }: Run, { cores, targets }: Latents, A: Matrix) {
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

/** With λ as a share of the mean eigenvalue of Z_xᵀ Z_x. The matrix is what is wanted; the operator's variables are freed. */
function solved(moments: LatentMoments, ridge: number) {
  const mean = moments.s.reduce((sum, value) => sum + value * value, 0) / moments.s.length;
  const { operator, ...fit } = fitDense(moments, { ridge: ridge * mean });
  operator.dispose();
  return fit;
}

function identityTest(labels: Int32Array): (label: number) => boolean {
  const identities = [...new Set(labels)].sort((a, b) => a - b);
  const chosen = new Set(identities.filter((_, i) => i % CHOOSING === CHOOSING - 1));
  return (label) => chosen.has(label);
}

function pick(latents: Latents, wanted: (label: number) => boolean): Latents {
  const kept = Array.from(latents.labels.keys()).filter((i) => wanted(latents.labels[i]!));
  return {
    keys: Float64Array.from(kept, (i) => latents.keys[i]!),
    labels: Int32Array.from(kept, (i) => latents.labels[i]!),
    cores: pickRows(latents.cores, kept),
    targets: pickRows(latents.targets, kept),
  };
}
