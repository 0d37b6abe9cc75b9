// How close a model's embeddings come to the teacher's on held-out images, beside the two floors that any figure must be read against.
import * as tf from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../losses/unit-sphere.js';
import { unitMeanSquaredError } from '../losses/unit-mse.js';
import type { DistillationInputs, EmbeddingModel } from '../objectives/distillation.js';

export interface EmbeddingScore {
  /** Mean squared error between unit embeddings, over images and coordinates. */
  mse: number;
  /** Mean cosine to the teacher's embedding, in [−1, 1]. */
  cosine: number;
  /** Mean cosine of the mean training embedding to the teacher's test embeddings: what knowing nothing of the image scores. */
  cosineOfMeanEmbedding: number;
  /** The error of predicting zero: 1 / embeddingSize. */
  mseOfZero: number;
}

export interface ScoreEmbeddingsOptions<B extends { size: number }> {
  model: EmbeddingModel;
  batches: AsyncIterable<B>;
  /** The tensors of a batch, which are disposed of after it: `distillationInputs(model.gx.imageShape)` for images. */
  inputs: (batch: B) => DistillationInputs;
  /** The mean of the teacher's training embeddings, [embeddingSize]; any length. */
  meanEmbedding: Float32Array;
}

/**
 * How close a model's embeddings come to the teacher's, beside what knowing nothing of the image scores: averages over every image of
 * `batches`, whatever their sizes.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { scoreEmbeddings } from '@lin/train';
 *
 * const model = { apply: (x: tf.Tensor) => tf.mul(x, 3) as tf.Tensor2D }; // says what it is shown, three times as long
 * async function* batches() {
 *   yield { size: 2, targets: [[1, 0], [0, 1]] };
 * }
 * const inputs = ({ targets }: { targets: number[][] }) => ({ x: tf.tensor2d(targets), targets: tf.tensor2d(targets) });
 * const score = await scoreEmbeddings({ model, batches: batches(), inputs, meanEmbedding: Float32Array.of(1, 1) });
 * console.log(score.cosine.toFixed(3), score.cosineOfMeanEmbedding.toFixed(3), score.mseOfZero);
 * ```
 * ```text
 * 1.000 0.707 0.5
 * ```
 */
export async function scoreEmbeddings<B extends { size: number }>({
  model,
  batches,
  inputs,
  meanEmbedding,
}: ScoreEmbeddingsOptions<B>): Promise<EmbeddingScore> {
  const sums = { images: 0, mse: 0, cosine: 0, cosineOfMeanEmbedding: 0 };
  for await (const batch of batches) {
    const { size } = batch;
    const scores = tf.tidy(() => {
      const { x, targets: target } = inputs(batch);
      const prediction = model.apply(x);
      const mean = tf.tile(tf.tensor2d(meanEmbedding, [1, meanEmbedding.length]), [size, 1]) as tf.Tensor2D;
      return tf.stack([
        unitMeanSquaredError(prediction, target),
        tf.mean(cosineSimilarity(prediction, target)),
        tf.mean(cosineSimilarity(mean, target)),
      ]);
    });
    const [mse, cosine, floor] = (await scores.data()) as unknown as [number, number, number];
    scores.dispose();
    sums.images += size;
    sums.mse += size * mse;
    sums.cosine += size * cosine;
    sums.cosineOfMeanEmbedding += size * floor;
  }
  return {
    mse: sums.mse / sums.images,
    cosine: sums.cosine / sums.images,
    cosineOfMeanEmbedding: sums.cosineOfMeanEmbedding / sums.images,
    mseOfZero: 1 / meanEmbedding.length,
  };
}

/**
 * The mean of embeddings, accumulated in float64: the floor that `scoreEmbeddings` compares with.
 * @param embeddings Row after row, [count · size].
 * @returns [size].
 * @example
 * ```ts
 * import { meanOfEmbeddings } from '@lin/train';
 *
 * console.log(meanOfEmbeddings(Float32Array.of(1, 0, 0, 1), 2));
 * ```
 * ```text
 * Float32Array(2) [ 0.5, 0.5 ]
 * ```
 */
export function meanOfEmbeddings(embeddings: Float32Array, size: number): Float32Array {
  const sum = new Float64Array(size);
  for (let i = 0; i < embeddings.length; i++) sum[i % size]! += embeddings[i]!;
  const count = embeddings.length / size;
  return Float32Array.from(sum, (value) => value / count);
}
