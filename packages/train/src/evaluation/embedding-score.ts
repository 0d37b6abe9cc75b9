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

/** Averages over every image of `batches`, whatever their sizes. */
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

/** The mean of `count` embeddings stored row after row: [count · size] → [size], accumulated in float64. */
export function meanOfEmbeddings(embeddings: Float32Array, size: number): Float32Array {
  const sum = new Float64Array(size);
  for (let i = 0; i < embeddings.length; i++) sum[i % size]! += embeddings[i]!;
  const count = embeddings.length / size;
  return Float32Array.from(sum, (value) => value / count);
}
