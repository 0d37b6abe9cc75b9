// Fewer images than there are: to see whether a training runs at all, or whether a model can learn a few images by heart.
import type { IdentitySplit } from '@lin/data';
import type { TrainingBatch, TrainingData } from '@lin/train';
import type { Config } from '../config/schema.js';

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
export function trialPart(
  { train, validation, test, ...counts }: IdentitySplit,
  { linearizer, evaluation }: Pick<Config, 'linearizer' | 'evaluation'>,
): IdentitySplit {
  return {
    ...counts,
    train: train.slice(0, linearizer.batch_size),
    validation: validation.slice(0, evaluation.batch_size),
    test: test.slice(0, evaluation.batch_size),
  };
}
