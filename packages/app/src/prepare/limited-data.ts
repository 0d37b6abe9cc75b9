// Fewer images than there are: to see whether a training runs at all, or whether a model can learn a few images by heart.
import type { TrainingBatch, TrainingData } from '@lin/train';
import type { Config } from '../config/schema.js';
import type { Dataset } from './dataset.js';

/** Epochs of the first `count` batches of each; the order of an epoch stays what it is. */
export function firstBatches<B extends TrainingBatch>(data: TrainingData<B>, count: number): TrainingData<B> {
  const stepsPerEpoch = Math.min(count, data.stepsPerEpoch);
  return {
    stepsPerEpoch,
    async *batches(position) {
      let { batch } = position;
      if (batch >= stepsPerEpoch) return;
      for await (const one of data.batches(position)) {
        yield one;
        if (++batch >= stepsPerEpoch) return;
      }
    },
  };
}

/** The first `count` batches of the first epoch, in each epoch again. */
export function sameBatches<B extends TrainingBatch>(data: TrainingData<B>, count: number): TrainingData<B> {
  const first = firstBatches(data, count);
  return {
    stepsPerEpoch: first.stepsPerEpoch,
    async *batches({ epoch, ...position }) {
      for await (const one of first.batches({ ...position, epoch: 0 }))
        yield one.position ? { ...one, position: { ...one.position, epoch } } : one;
    },
  };
}

/** One batch of each part, for a trial of everything: no other image is looked at, nor embedded. */
export function trialPart<D extends Pick<Dataset, 'split' | 'training'>>(
  dataset: D,
  { linearizer, evaluation }: Pick<Config, 'linearizer' | 'evaluation'>,
): D {
  const { split, training } = dataset;
  const [trained, measured] = [linearizer.batch_size, evaluation.batch_size];
  return {
    ...dataset,
    split: {
      ...split,
      train: split.train.slice(0, trained),
      validation: split.validation.slice(0, measured),
      test: split.test.slice(0, measured),
    },
    training: { ...training, keys: training.keys.slice(0, trained) },
  };
}
