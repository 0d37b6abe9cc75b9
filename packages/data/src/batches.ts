// Batches ready to train on: read and decoded ahead of the consumer, in an order that a seed and an epoch determine.
import { DataOptionError } from './errors.js';
import { decodeImage, IMAGE_BYTES } from './decode-image.js';
import { Random } from './random.js';
import type { RecordSet } from './record-set.js';

export interface Batch {
  /** RGB bytes [size, 112, 112, 3]. */
  images: Uint8Array;
  size: number;
  /** Identities, [size]. */
  labels: Int32Array;
  /** Record keys, [size]. */
  keys: Float64Array;
}

export interface BatchesOptions {
  /** Which images; default: all, in the order of their keys. */
  keys?: Float64Array;
  batchSize: number;
  /** Each epoch of a seed has its own order; left out, the order is that of `keys`. */
  shuffle?: { seed: number; epoch: number };
  /** Batches read and decoded ahead of the consumer. */
  prefetch?: number;
  /** Images decoded at once. */
  workers?: number;
  /** Batches to leave out at the beginning: resuming inside an epoch gives the same remaining batches. */
  startAt?: number;
  /** Leaves out a last batch that is not full. */
  dropLast?: boolean;
}

/** @throws DataOptionError for a batch size below 1 or above the number of images. */
export async function* batches(
  records: RecordSet,
  { keys = records.keys, batchSize, shuffle, prefetch = 2, workers = 8, startAt = 0, dropLast = false }: BatchesOptions,
): AsyncGenerator<Batch, void, void> {
  const count = batchCount(keys.length, { batchSize, dropLast });
  const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).shuffle(keys.slice()) : keys;
  const pending: Promise<Batch>[] = [];
  let next = startAt;
  const readAhead = () => {
    while (next < count && pending.length <= prefetch) {
      const batch = readBatch(records, order.slice(next * batchSize, ++next * batchSize), workers);
      batch.catch(() => {}); // it is awaited below, or dropped when the consumer leaves first
      pending.push(batch);
    }
  };
  try {
    for (readAhead(); pending.length > 0; readAhead()) yield await pending.shift()!;
  } finally {
    await Promise.allSettled(pending); // nothing reads the file after the consumer has left
  }
}

/** Batches in one pass over `images` images. @throws DataOptionError for a batch size below 1 or above the number of images. */
export function batchCount(images: number, { batchSize, dropLast = false }: Pick<BatchesOptions, 'batchSize' | 'dropLast'>): number {
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= images)) {
    throw new DataOptionError(`The batch size is ${batchSize}, but there are ${images} images; choose one from 1 to ${images}.`);
  }
  return dropLast ? Math.floor(images / batchSize) : Math.ceil(images / batchSize);
}

async function readBatch(records: RecordSet, keys: Float64Array, workers: number): Promise<Batch> {
  const batch: Batch = {
    images: new Uint8Array(keys.length * IMAGE_BYTES),
    size: keys.length,
    labels: new Int32Array(keys.length),
    keys,
  };
  let next = 0;
  const work = async () => {
    while (next < keys.length) {
      const i = next++;
      const { label, image } = await records.read(keys[i]!);
      batch.labels[i] = label;
      batch.images.set(await decodeImage(image, `${records.path} key ${keys[i]}`), i * IMAGE_BYTES);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, keys.length) }, work));
  return batch;
}
