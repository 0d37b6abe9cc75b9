// How close a model's embeddings come to the teacher's on held-out images, beside the two floors that any figure must be read against.
import * as tf from '@tensorflow/tfjs-core';
import type { Encoder, Linearizer } from '@lin/linearizer';
import { cosineSimilarity, unitMeanSquaredError } from '../losses/unit-sphere.js';
import { imagesToTensor } from '../training/pixels.js';
import type { TrainingBatch } from '../training/steps.js';

export interface EmbeddingTest {
  /** Mean squared error between unit embeddings, over images and coordinates. */
  mse: number;
  /** Mean cosine to the teacher's embedding, in [−1, 1]. */
  cosine: number;
  /** Mean cosine of the mean training embedding to the teacher's test embeddings: what knowing nothing of the image scores. */
  cosineOfMeanEmbedding: number;
  /** The error of predicting zero: 1 / embeddingSize. */
  mseOfZero: number;
}

export interface EmbeddingTestOptions {
  model: Linearizer<Encoder>;
  batches: AsyncIterable<TrainingBatch>;
  /** The mean of the teacher's training embeddings, [embeddingSize]; any length. */
  meanEmbedding: Float32Array;
}

/** Averages over every image of `batches`, whatever their sizes. */
export async function testEmbeddings({ model, batches, meanEmbedding }: EmbeddingTestOptions): Promise<EmbeddingTest> {
  const sums = { images: 0, mse: 0, cosine: 0, cosineOfMeanEmbedding: 0 };
  for await (const { images, size, targets } of batches) {
    const scores = tf.tidy(() => {
      const target = tf.tensor2d(targets, [size, meanEmbedding.length]);
      const prediction = model.apply(imagesToTensor(images, size));
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
