// What batch normalisation uses after training: the mean over many batches of their own means and variances, with the final weights.
import * as tf from '@tensorflow/tfjs-core';
import { batches, IMAGE_SIZE, type RecordSet } from '@lin/data';
import { imagesToTensor } from '@lin/train';
import { sampleTeacher } from './network.js';
import type { TrainingLayers } from './training-layers.js';

/** Of each layer, [channels]. */
export interface Statistics {
  mean: Float64Array;
  variance: Float64Array;
}

const BATCH_SIZE = 128;
const BATCHES = 32;

/** By layer, of mirrored and unmirrored images as training has them. */
export async function populationStatistics(
  layers: TrainingLayers,
  faces: RecordSet,
  seed: number,
): Promise<Map<string, Statistics>> {
  const statistics = new Map<string, Statistics>();
  layers.onStatistics = (layer, { mean, variance }) => {
    const channels = mean.size;
    const total = statistics.get(layer) ?? { mean: new Float64Array(channels), variance: new Float64Array(channels) };
    mean.dataSync().forEach((value, i) => (total.mean[i]! += value / BATCHES));
    variance.dataSync().forEach((value, i) => (total.variance[i]! += value / BATCHES));
    statistics.set(layer, total);
  };
  let seen = 0;
  for await (const { images, size } of batches(faces, {
    batchSize: BATCH_SIZE,
    last: 'pad',
    shuffle: { seed, epoch: 0 },
    augment: { flip: 0.5 },
  })) {
    tf.tidy(() => void sampleTeacher(layers, imagesToTensor(images, [size, IMAGE_SIZE, IMAGE_SIZE, 3])));
    if (++seen === BATCHES) break;
  }
  layers.onStatistics = undefined;
  return statistics;
}
