// Batches ready to train on: read and decoded ahead of the consumer, in an order that a seed and an epoch determine.
import { availableParallelism } from 'node:os';
import { DataOptionError, RecordError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import type { SkippedRecord } from '../records/record-set.js';
import { requireInteger } from '../require-integer.js';
import { checkAugmentation, type Augmentation } from './augment.js';
import { ChunkReader } from './chunk-reader.js';
import { checkShuffle, DEFAULT_WINDOW, epochOrder, type Shuffle } from './epoch-order.js';
import { epochPlan, type EpochPlan, type EpochPlanOptions } from './epoch-plan.js';
import { SliceOfBatch } from './slice-of-batch.js';
import { ImageStream, type ImageSource, type StreamedImage } from './image-stream.js';

export interface Batch {
  /** RGB bytes [size, 112, 112, 3]. */
  images: Uint8Array<ArrayBuffer>;
  size: number;
  /** Identities, [size]. */
  labels: Int32Array;
  /** Record keys, [size]. */
  keys: Float64Array;
  /** 1 where augmentation mirrored the image, [size]. */
  flipped: Uint8Array;
  /** How many of its last images were in this epoch before: they fill it up. */
  repeats: number;
  /** Where the next batch begins. */
  position: BatchPosition;
}

/** A place in an epoch, as JSON: `startAt` goes on there. */
export interface BatchPosition {
  epoch: number;
  /** Batches before it. */
  batch: number;
  /** Images before it in the epoch's order, or the shard's part of it; skipped ones count. */
  image: number;
  /** Of those, the skipped ones. */
  skipped: number;
}

/** Which of its variants each image shows: variant `n` is the same picture in every epoch, order and shard. */
export interface Variants {
  /** The image's key, this seed and the variant's number alone make what `augment` draws. */
  seed: number;
  /** The variant of the image with this key, an integer ≥ 0; undefined shows it as it is. */
  of: (key: number) => number | undefined;
}

export interface BatchesOptions extends EpochPlanOptions {
  /** Which images; default: all, in the order of their keys. */
  keys?: Float64Array;
  /** Left out, the order is that of `keys`. */
  shuffle?: Shuffle;
  /** Done in the decoding threads. The image's key, the epoch and the shuffle's seed (0 without one) alone make what is drawn. */
  augment?: Augmentation;
  /** Augments each image in a few fixed ways, not anew in every epoch. */
  variants?: Variants;
  /** Batches read and decoded ahead of the one the consumer has; 0 begins a batch when it is asked for. */
  prefetch?: number;
  /** Threads that decode; default: one a core, at most 16. */
  workers?: number;
  /** The `position` of an earlier batch: the batches after it are the same again, whatever `prefetch` and `workers` are. */
  startAt?: BatchPosition;
  /** A record or image that is damaged is an error, or is left out and the next image takes its place. */
  onCorrupt?: 'error' | 'skip';
  /**
   * Reads the data of each JPEG to its end first, which finds holes that decoders pass over, and takes about two thirds of the decoding's
   * time once more. Default false.
   */
  whole?: boolean;
  /** More skipped records than this in an epoch are an error. */
  maxCorrupt?: number;
  /** Is given each record that is skipped, in the order of the epoch, before the batch that it is missing from. */
  onSkip?: (skipped: SkippedRecord) => void;
}

/** Beyond this the JavaScript thread, which reads and hands out, is what limits. */
const MOST_WORKERS = 16;

/**
 * One epoch. When the consumer leaves early, no read and no decoding is under way after its loop.
 * @throws DataOptionError at once for an option that does not fit; in the loop, after the batches before it, RecordError for an image
 * that cannot be read, or with 'skip' for one too many.
 */
export function batches(records: ImageSource, options: BatchesOptions): AsyncGenerator<Batch, void, void> {
  const plan = epochPlan((options.keys ?? records.keys).length, options);
  return makeBatches(records, plan, withDefaults(records, options));
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(records: ImageSource, options: BatchesOptions) {
  const epoch = options.shuffle?.epoch ?? 0;
  const settings = {
    keys: records.keys,
    prefetch: 2,
    workers: Math.min(MOST_WORKERS, availableParallelism()),
    startAt: { epoch, batch: 0, image: 0, skipped: 0 },
    onCorrupt: 'error' as NonNullable<BatchesOptions['onCorrupt']>,
    whole: false,
    maxCorrupt: 100,
    ...options,
  };
  if (settings.shuffle) checkShuffle(settings.shuffle);
  if (settings.augment) checkAugmentation(settings.augment);
  requireInteger('batches', 'prefetch', settings.prefetch, 0);
  requireInteger('batches', 'workers', settings.workers, 1);
  requireInteger('batches', 'maxCorrupt', settings.maxCorrupt, 0);
  if (!['error', 'skip'].includes(settings.onCorrupt))
    throw new DataOptionError(`batches: onCorrupt is ${settings.onCorrupt}; expected error or skip.`);
  for (const part of ['batch', 'image', 'skipped'] as const)
    requireInteger('batches', `startAt.${part}`, settings.startAt[part], 0);
  if (settings.startAt.epoch !== epoch) {
    throw new DataOptionError(
      `batches: startAt is a place in epoch ${settings.startAt.epoch}, but the epoch is ${epoch}; pass the epoch that it was taken from.`,
    );
  }
  return settings;
}

async function* makeBatches(
  records: ImageSource,
  plan: EpochPlan,
  settings: Settings,
): AsyncGenerator<Batch, void, void> {
  const {
    batchSize,
    last = 'keep',
    prefetch,
    workers,
    shuffle,
    augment,
    variants,
    startAt,
    onCorrupt,
    whole,
    maxCorrupt,
    onSkip,
    slice,
  } = settings;
  const images = plan.end - plan.start;
  const { seed, epoch } = shuffle ?? { seed: 0, epoch: 0 };
  const { keyAt, chunks } = placesOf(records, plan, settings);
  const mine = new SliceOfBatch(batchSize, slice, onCorrupt);
  const stream = new ImageStream({
    source: records,
    keyAt: (place) => keyAt(startAt.image + mine.imageOf(place - startAt.image)),
    start: startAt.image,
    workers,
    whole,
    skips: onCorrupt === 'skip',
    augment: augment && {
      options: augment,
      seed: variants?.seed ?? seed,
      numberOf: variants ? variants.of : () => epoch,
    },
  });
  const end = last === 'keep' ? images : Infinity; // otherwise the epoch goes round until its batches are full
  let { batch, image, skipped } = startAt;
  let place = image;
  try {
    for (; batch < plan.batches && image < end; batch++) {
      const ahead = mine.read * Math.min(prefetch, plan.batches - batch - 1);
      chunks?.passing(plan.start + Math.min(image, images));
      const made = new BatchInTheMaking(Math.min(mine.size, end - image));
      for (let good = 0; good < batchSize && image < end; image++) {
        if (!mine.reads(good)) {
          good++;
          continue;
        }
        stream.aheadTo(Math.min(end, place + mine.read - mine.readBefore(good) + ahead));
        const next = await stream.take();
        place++;
        if (!(next.pixels instanceof RecordError)) {
          if (mine.has(good)) made.add(next, next.pixels, image >= images);
          good++;
          continue;
        }
        if (onCorrupt === 'error') throw next.pixels;
        if (++skipped > maxCorrupt) throw tooMany(records, maxCorrupt, next.pixels);
        onSkip?.({ key: next.key, offset: records.offsetOf(next.key), error: next.pixels });
      }
      if (made.size > 0) yield made.finish({ epoch, batch: batch + 1, image, skipped });
    }
  } finally {
    await Promise.all([stream.close(), chunks?.close()]);
  }
}

interface Places {
  /** The key at each place of the shard's order, round and round. */
  keyAt: (image: number) => number;
  chunks?: ChunkReader;
}

function placesOf(source: ImageSource, { start, end }: EpochPlan, { keys, shuffle }: Settings): Places {
  if (!shuffle) return { keyAt: (image) => keys[start + (image % (end - start))]! };
  const { window = DEFAULT_WINDOW } = shuffle;
  const { order: whole, chunks } = epochOrder(keys.length, shuffle);
  const order = whole.slice(start, end);
  const neighbours = chunks ? source.inFileOrder(keys) : keys;
  const keyAt = (image: number) => neighbours[order[image % order.length]!]!;
  return chunks ? { keyAt, chunks: new ChunkReader({ source, keys: neighbours, chunks, window }) } : { keyAt };
}

function tooMany({ path }: ImageSource, maxCorrupt: number, error: RecordError): RecordError {
  return new RecordError(
    `${path}: more than ${maxCorrupt} images of this epoch cannot be read (maxCorrupt); the last one: ${error.message}`,
    error,
  );
}

class BatchInTheMaking {
  size = 0;
  private repeats = 0;
  private readonly images: Uint8Array<ArrayBuffer>;
  private readonly labels: Int32Array;
  private readonly keys: Float64Array;
  private readonly flipped: Uint8Array;

  constructor(private readonly capacity: number) {
    this.images = new Uint8Array(capacity * IMAGE_BYTES);
    this.labels = new Int32Array(capacity);
    this.keys = new Float64Array(capacity);
    this.flipped = new Uint8Array(capacity);
  }

  get isFull(): boolean {
    return this.size === this.capacity;
  }

  add({ key, label, flipped }: StreamedImage, pixels: Uint8Array, isRepeat: boolean): void {
    this.images.set(pixels, this.size * IMAGE_BYTES);
    this.labels[this.size] = label;
    this.keys[this.size] = key;
    this.flipped[this.size] = Number(flipped);
    this.repeats += Number(isRepeat);
    this.size++;
  }

  finish(position: BatchPosition): Batch {
    const { images, labels, keys, flipped, size, repeats } = this;
    if (this.isFull) return { images, labels, keys, flipped, size, repeats, position };
    return {
      images: images.slice(0, size * IMAGE_BYTES),
      labels: labels.slice(0, size),
      keys: keys.slice(0, size),
      flipped: flipped.slice(0, size),
      size,
      repeats,
      position,
    };
  }
}
