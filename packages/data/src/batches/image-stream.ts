// The images of an epoch in its order, read and decoded ahead in groups by several threads. Bad ones are in it too, as the error they are.
import { RecordError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import type { RecordSet } from '../records/record-set.js';
import type { Augmentation } from './augment.js';
import type { DecodedGroup, RecordGroup } from './decode-group.js';
import { DecodeThreads } from './decode-threads.js';
import { drawMixture } from './mixture.js';

/** What batches are made of. */
export type ImageSource = Pick<
  RecordSet,
  'path' | 'keys' | 'labels' | 'positionOf' | 'placeOf' | 'offsetOf' | 'inFileOrder' | 'readThrough'
>;

export interface StreamedImage {
  key: number;
  label: number;
  /** RGB bytes [112, 112, 3], good until the next image is asked for; or why there are none. */
  pixels: Uint8Array | RecordError;
  flipped: boolean;
}

export interface ImageStreamOptions {
  source: ImageSource;
  /** The key of the image at each place of the order. */
  keyAt: (place: number) => number;
  /** The place to begin at. */
  start: number;
  workers: number;
  whole: boolean;
  /** Images that cannot be read are left out by the consumer: of a mixture, only the other image is. */
  skips: boolean;
  /** `numberOf` a key: of the epoch or the variant that it is augmented by; undefined: as it is. */
  augment: { options: Augmentation; seed: number; numberOf: (key: number) => number | undefined } | undefined;
}

/** A group keeps a thread busy for up to 5 ms, against which the 0.05 ms of a message are little. */
const MOST_PER_GROUP = 32;
const FEWEST_PER_GROUP = 4;

type Group = Promise<Iterator<StreamedImage>>;

export class ImageStream {
  private readonly threads: DecodeThreads;
  private readonly groups: Group[] = [];
  private readonly spare: Uint8Array<SharedArrayBuffer>[] = [];
  private current: Iterator<StreamedImage> | undefined;
  private next: number;
  private limit: number;
  private underWay = 0;
  private stopped = false;

  constructor(private readonly options: ImageStreamOptions) {
    this.threads = new DecodeThreads(options.workers);
    this.next = this.limit = options.start;
  }

  /** Lets it work ahead up to, not including, this place. */
  aheadTo(limit: number): void {
    this.limit = Math.max(this.limit, limit);
    this.startGroups();
  }

  /** The image at the next place, which must be below the limit. @throws Error of a source that fails otherwise than by a bad record. */
  async take(): Promise<StreamedImage> {
    for (;;) {
      const step = this.current?.next();
      if (step && !step.done) return step.value;
      this.current = await this.groups.shift()!;
    }
  }

  /** Begins nothing more; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.groups);
    await this.threads.close();
  }

  /** Two groups for each thread: the records of one are read while it decodes the other's. */
  private startGroups(): void {
    const { workers } = this.options;
    while (!this.stopped && this.next < this.limit && this.underWay < 2 * workers) {
      const share = Math.ceil((this.limit - this.next) / (2 * workers));
      const count = Math.min(this.limit - this.next, MOST_PER_GROUP, Math.max(FEWEST_PER_GROUP, share));
      const keys = Float64Array.from({ length: count }, (_, i) => this.options.keyAt(this.next + i));
      this.next += count;
      this.underWay++;
      const group = this.decode(keys).finally(() => {
        this.underWay--;
        this.startGroups();
      });
      group.catch(() => {}); // it is awaited when its turn comes, or never
      this.groups.push(group);
    }
  }

  private async decode(keys: Float64Array): Group {
    const { source, whole } = this.options;
    const pixels = this.spare.pop() ?? new Uint8Array(new SharedArrayBuffer(MOST_PER_GROUP * IMAGE_BYTES));
    const places = Array.from(keys, (key) => source.placeOf(key));
    const decoded = await this.threads.decode({
      places,
      pixels,
      whole,
      ...this.alterationOf(keys),
    });
    return this.images(keys, pixels, decoded);
  }

  /** The pool of mixtures stays here: a thread is told of each image's other one alone. */
  private alterationOf(keys: Float64Array): Pick<RecordGroup, 'augment' | 'mixtures'> {
    const { source, augment, skips } = this.options;
    if (!augment) return {};
    const { mix, ...options } = augment.options;
    const { seed } = augment;
    const numbers = Array.from(keys, augment.numberOf);
    const mixtureOf = (key: number, number: number | undefined) => {
      const drawn = mix && number !== undefined ? drawMixture(mix, key, { seed, number }) : undefined;
      return drawn && { place: source.placeOf(drawn.key), share: drawn.share, isOptional: skips };
    };
    return {
      augment: { options, seed, numbers },
      ...(mix && { mixtures: Array.from(keys, (key, i) => mixtureOf(key, numbers[i])) }),
    };
  }

  private *images(
    keys: Float64Array,
    pixels: Uint8Array<SharedArrayBuffer>,
    { flipped, failed }: DecodedGroup,
  ): Generator<StreamedImage> {
    const { source } = this.options;
    for (const [i, key] of keys.entries()) {
      const failure = failed.get(i);
      yield {
        key,
        label: source.labels[source.positionOf(key)]!,
        pixels: failure
          ? new RecordError(failure.message, failure)
          : pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
        flipped: flipped[i] === 1,
      };
    }
    this.spare.push(pixels);
  }
}
