// How many batches an epoch has, and which part of its order a shard takes.
import { DataOptionError } from '../errors.js';
import { requireInteger } from '../require-integer.js';

/** One of several processes that share an epoch. */
export interface Shard {
  /** From 0. */
  index: number;
  count: number;
}

/** One of several processes that compute each batch together. */
export interface Slice {
  /** From 0. */
  index: number;
  /** A divisor of the batch size. */
  count: number;
}

export interface EpochPlanOptions {
  /** Images in a batch, those of other processes' slices included. */
  batchSize: number;
  /**
   * The last batch, where the images do not fill it: as large as it is, left out, or filled up with the first images of the epoch's order.
   */
  last?: 'keep' | 'drop' | 'pad';
  /** The part of the epoch that is this process's: disjoint from the others', of the same number of batches. With 'drop' or 'pad' only. */
  shard?: Shard;
  /**
   * The part of every batch that is this process's: all slices of a batch, one after the other, are the batch that one process would have.
   * With 'drop' or 'pad', and without a shard.
   */
  slice?: Slice;
}

export interface EpochPlan {
  /** The shard's images are [start, end) of the epoch's order. */
  start: number;
  end: number;
  batches: number;
}

/** @throws DataOptionError for a batch size below 1 or above the number of images, or an invalid shard or slice. */
export function epochPlan(images: number, { batchSize, last = 'keep', shard, slice }: EpochPlanOptions): EpochPlan {
  if (images === 0) throw new DataOptionError('There are no images to make batches of.');
  if (!['keep', 'drop', 'pad'].includes(last))
    throw new DataOptionError(`batches: last is ${last}; expected keep, drop or pad.`);
  if (slice) checkSlice(slice, { batchSize, last, shard });
  const { index, count } = shard ?? { index: 0, count: 1 };
  requireInteger('batches', 'shard.count', count, 1);
  requireInteger('batches', 'shard.index', index, 0);
  if (index >= count)
    throw new DataOptionError(
      `batches: shard.index is ${index}; expected 0 to ${count - 1}, one less than shard.count.`,
    );
  if (count > 1 && last === 'keep') {
    throw new DataOptionError(
      `batches: shards with last: 'keep' may have unequal numbers of batches, and the others would wait forever; choose 'drop' or 'pad'.`,
    );
  }
  const [fewest, most] = [Math.floor(images / count), Math.ceil(images / count)];
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= fewest)) {
    const there = count === 1 ? `there are ${images} images` : `a shard has ${fewest} of the ${images} images`;
    throw new DataOptionError(`The batch size is ${batchSize}, but ${there}; choose one from 1 to ${fewest}.`);
  }
  return {
    start: Math.floor((index * images) / count),
    end: Math.floor(((index + 1) * images) / count),
    batches: last === 'drop' ? Math.floor(fewest / batchSize) : Math.ceil(most / batchSize),
  };
}

function checkSlice({ index, count }: Slice, { batchSize, last, shard }: Omit<EpochPlanOptions, 'slice'>): void {
  requireInteger('batches', 'slice.count', count, 1);
  requireInteger('batches', 'slice.index', index, 0);
  if (index >= count)
    throw new DataOptionError(
      `batches: slice.index is ${index}; expected 0 to ${count - 1}, one less than slice.count.`,
    );
  if (batchSize % count !== 0)
    throw new DataOptionError(`batches: a batch of ${batchSize} cannot be cut into ${count} equal slices.`);
  if (count > 1 && (last === 'keep' || shard))
    throw new DataOptionError(
      "batches: slices are of full batches of the whole epoch; choose 'drop' or 'pad', and no shard.",
    );
}

/** Batches in one pass over `images` images. @throws DataOptionError as `batches` does. */
export function batchCount(images: number, options: EpochPlanOptions): number {
  return epochPlan(images, options).batches;
}
