// What A sees of a run's images: their cores, beside the teacher's embeddings and who they are; and embeddings of cores by any matrix in
// A's place.
import * as tf from '@tensorflow/tfjs-core';
import { rowsOf, toTensor, type Matrix } from '@lin/operator/linear-algebra';
import type { Progress } from '@lin/command-line';
import { imagesToTensor } from '@lin/train';
import { progressOf } from '../terminal/console.js';
import type { Run } from '../run/run.js';

export interface Latents {
  /** Of the images, without damaged ones. */
  keys: Float64Array;
  labels: Int32Array;
  /** g_x(x), [count, latentDim]. */
  cores: Matrix;
  /** The teacher's unit embeddings, [count, embeddingSize]. */
  targets: Matrix;
}

/** @param progress Told of the images encoded; by default, a line or bar of its own. */
export async function latentsOf(
  run: Run,
  keys: Float64Array,
  progress: Pick<Progress, 'update' | 'close'> = progressOf('Latents  encoding', 'images'),
): Promise<Latents> {
  const {
    dataset: { records },
    embeddings,
    model,
  } = run;
  const [n, m] = [model.gx.latentDim, embeddings.embeddingSize];
  const found = {
    keys: [] as number[],
    cores: new Float64Array(keys.length * n),
    targets: new Float64Array(keys.length * m),
  };
  try {
    for await (const batch of run.imagesOf(keys)) {
      const core = tf.tidy(() => model.core(imagesToTensor(batch.images, [batch.size, ...model.gx.imageShape])));
      found.cores.set(await core.data(), found.keys.length * n);
      core.dispose();
      found.targets.set(await embeddings.rows(records.positionsOf(batch.keys)), found.keys.length * m);
      found.keys.push(...batch.keys);
      progress.update({ done: found.keys.length, total: keys.length });
    }
  } finally {
    progress.close();
  }
  const count = found.keys.length;
  return {
    keys: Float64Array.from(found.keys),
    labels: records.labelsOf(found.keys),
    cores: { rows: count, cols: n, data: found.cores.subarray(0, count * n) },
    targets: { rows: count, cols: m, data: found.targets.subarray(0, count * m) },
  };
}

/** Cores and embeddings that are on the device at a time. */
export const ROWS_AT_ONCE = 1024;

/** g_y⁻¹(A z) of each core, [count · embeddingSize], with `A` in place of the model's own. */
export async function embeddingsOfCores(
  { model }: Pick<Run, 'model'>,
  cores: Matrix,
  A: Matrix,
): Promise<Float32Array> {
  const embeddings = new Float32Array(cores.rows * A.rows);
  const transposed = tf.tidy(() => tf.transpose(toTensor(A)) as tf.Tensor2D);
  for (let start = 0; start < cores.rows; start += ROWS_AT_ONCE) {
    const rows = tf.tidy(() =>
      model.decode(tf.matMul(toTensor(rowsOf(cores, start, start + ROWS_AT_ONCE)), transposed)),
    );
    embeddings.set(await rows.data(), start * A.rows);
    rows.dispose();
  }
  transposed.dispose();
  return embeddings;
}

/** At most `most` of the keys, evenly spaced. */
export function someKeys(keys: Float64Array, most: number): Float64Array {
  const every = Math.max(1, keys.length / most);
  return Float64Array.from({ length: Math.min(most, keys.length) }, (_, i) => keys[Math.floor(i * every)]!);
}

/** Cosines of rows: [count]. `embeddings` are [count · size] of any lengths, `targets` of length one. */
export function cosinesTo(targets: Matrix, embeddings: Float32Array): Float64Array {
  const size = targets.cols;
  return Float64Array.from({ length: targets.rows }, (_, i) => {
    let [dot, square] = [0, 0];
    for (let j = i * size; j < (i + 1) * size; j++) {
      dot += embeddings[j]! * targets.data[j]!;
      square += embeddings[j]! ** 2;
    }
    return square > 0 ? dot / Math.sqrt(square) : 0;
  });
}
