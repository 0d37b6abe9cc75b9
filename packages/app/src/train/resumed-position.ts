// Where a resumed run stands when its batches have another size than before, and how many steps it has to go.
import type { CheckpointState, TrainingPosition } from '@lin/train';

export interface EpochSize {
  epochs: number;
  stepsPerEpoch: number;
  batchSize: number;
  /** Training images. */
  images: number;
}

/** At the same image of the epoch, counted in batches of the size that the run has now. */
export function resumedPosition(state: CheckpointState, { batchSize }: Pick<EpochSize, 'batchSize'>): TrainingPosition {
  const { step, data } = state.position;
  if (!hasOtherBatches(state, batchSize) || data.image === undefined) return state.position;
  return { step, data: { ...data, batch: Math.floor(data.image / batchSize) } };
}

/** Steps of the whole run, those done included. */
export function totalSteps(state: CheckpointState, { epochs, stepsPerEpoch, batchSize, images }: EpochSize): number {
  if (!hasOtherBatches(state, batchSize)) return epochs * stepsPerEpoch;
  const { step, data } = state.position;
  if (data.epoch >= epochs) return step;
  const leftOfEpoch = data.batch === 0 ? stepsPerEpoch : Math.floor((images - (data.image ?? 0)) / batchSize);
  return step + leftOfEpoch + (epochs - data.epoch - 1) * stepsPerEpoch;
}

const hasOtherBatches = ({ origin }: CheckpointState, batchSize: number) =>
  origin?.['batchSize'] !== undefined && origin['batchSize'] !== String(batchSize);
