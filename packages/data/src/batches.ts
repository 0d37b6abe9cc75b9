// Batches ready to train on: read and decoded ahead of the consumer, in an order that a seed and an epoch determine.
import { DataOptionError } from './errors.js';
import { decodeImage } from './images/decode-image.js';
import { IMAGE_BYTES } from './images/image-size.js';
import { Random } from './random.js';
import type { RecordSet } from './record-set.js';
import { requireInteger } from './require-integer.js';
import { TaskQueue } from './task-queue.js';

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
  /** Batches read and decoded ahead of the one the consumer has; 0 begins a batch when it is asked for. */
  prefetch?: number;
  /** Images read and decoded at once, over all batches. libuv has 4 threads for that unless UV_THREADPOOL_SIZE says otherwise. */
  workers?: number;
  /** Batches to leave out at the beginning: resuming inside an epoch gives the same remaining batches. */
  startAt?: number;
  /** Leaves out a last batch that is not full. */
  dropLast?: boolean;
}

/**
 * One epoch. When the consumer leaves early, no read is under way after its loop.
 * @throws DataOptionError at once for an option that does not fit; in the loop, after the batches before it, RecordError for an image
 * that cannot be read.
 */
export function batches(
  records: Pick<RecordSet, 'path' | 'keys' | 'read'>,
  { keys = records.keys, batchSize, shuffle, prefetch = 2, workers = 8, startAt = 0, dropLast = false }: BatchesOptions,
): AsyncGenerator<Batch, void, void> {
  const count = batchCount(keys.length, { batchSize, dropLast });
  requireInteger('batches', 'prefetch', prefetch, 0);
  requireInteger('batches', 'workers', workers, 1);
  requireInteger('batches', 'startAt', startAt, 0);
  const order = shuffle ? new Random(shuffle.seed, shuffle.epoch).shuffle(keys.slice()) : keys;
  const queue = new TaskQueue(workers);
  const read = (batch: number) => readBatch(records, order.slice(batch * batchSize, (batch + 1) * batchSize), queue);
  return readAhead(read, { start: startAt, end: count, prefetch, queue });
}

/** Batches in one pass over `images` images. @throws DataOptionError for a batch size below 1 or above the number of images. */
export function batchCount(images: number, { batchSize, dropLast = false }: Pick<BatchesOptions, 'batchSize' | 'dropLast'>): number {
  if (images === 0) throw new DataOptionError('There are no images to make batches of.');
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= images)) {
    throw new DataOptionError(`The batch size is ${batchSize}, but there are ${images} images; choose one from 1 to ${images}.`);
  }
  return dropLast ? Math.floor(images / batchSize) : Math.ceil(images / batchSize);
}

interface Ahead {
  start: number;
  end: number;
  prefetch: number;
  queue: TaskQueue;
}

async function* readAhead(read: (batch: number) => Promise<Batch>, { start, end, prefetch, queue }: Ahead): AsyncGenerator<Batch, void, void> {
  const pending: Promise<Batch>[] = [];
  let next = start;
  const fill = () => {
    while (next < end && pending.length <= prefetch) {
      const batch = read(next++);
      batch.catch(() => {}); // it is awaited below, or dropped when the consumer leaves first
      pending.push(batch);
    }
  };
  try {
    for (fill(); pending.length > 0; fill()) yield await pending.shift()!;
  } finally {
    await queue.stop();
  }
}

async function readBatch(records: Pick<RecordSet, 'path' | 'read'>, keys: Float64Array, queue: TaskQueue): Promise<Batch> {
  const batch: Batch = {
    images: new Uint8Array(keys.length * IMAGE_BYTES),
    size: keys.length,
    labels: new Int32Array(keys.length),
    keys,
  };
  const readImage = async (key: number, i: number) => {
    const { label, image } = await records.read(key);
    batch.labels[i] = label;
    batch.images.set(await decodeImage(image, `${records.path} key ${key}`), i * IMAGE_BYTES);
  };
  await Promise.all(Array.from(keys, (key, i) => queue.add(() => readImage(key, i))));
  return batch;
}
