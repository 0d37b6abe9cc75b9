// The images of an epoch in its order, read and decoded ahead in groups by several threads. Bad ones are in it too, as the error they are.
import { RecordError } from '../errors.js';
import { undecodable } from '../images/decode-image.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import type { FaceRecord, RecordSet } from '../record-set.js';
import type { ImageGroup } from './decode-group.js';
import { DecodeThreads } from './decode-threads.js';

/** What batches are made of. */
export type ImageSource = Pick<RecordSet, 'path' | 'keys' | 'read' | 'offsetOf' | 'inFileOrder' | 'readThrough'>;

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
  augment: ImageGroup['augment'];
}

/** A group keeps a thread busy for up to 5 ms, against which the 0.05 ms of a message are little. */
const MOST_PER_GROUP = 32;
const FEWEST_PER_GROUP = 4;

type Group = Promise<Iterator<StreamedImage>>;

export class ImageStream {
  private readonly threads: DecodeThreads;
  private readonly groups: Group[] = [];
  private readonly spare: Uint8Array<ArrayBuffer>[] = [];
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
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.groups);
    this.threads.release();
  }

  /** Two groups for each thread: it decodes one while the other is read. */
  private startGroups(): void {
    const { workers } = this.options;
    while (!this.stopped && this.next < this.limit && this.underWay < 2 * workers) {
      const share = Math.ceil((this.limit - this.next) / (2 * workers));
      const count = Math.min(this.limit - this.next, MOST_PER_GROUP, Math.max(FEWEST_PER_GROUP, share));
      const keys = Float64Array.from({ length: count }, (_, i) => this.options.keyAt(this.next + i));
      this.next += count;
      this.underWay++;
      const group = this.readAndDecode(keys).finally(() => {
        this.underWay--;
        this.startGroups();
      });
      group.catch(() => {}); // it is awaited when its turn comes, or never
      this.groups.push(group);
    }
  }

  private async readAndDecode(keys: Float64Array): Group {
    const { source, augment } = this.options;
    const records = await Promise.all(Array.from(keys, (key) => source.read(key).catch(keepRecordError)));
    const read = records.filter((record): record is FaceRecord => !(record instanceof RecordError));
    const { pixels, flipped, failed } = await this.threads.decode({
      ...packed(read),
      keys: Float64Array.from(read, ({ key }) => key),
      pixels: this.spare.pop() ?? new Uint8Array(MOST_PER_GROUP * IMAGE_BYTES),
      ...(augment && { augment }),
    });
    return this.images(keys, records, { pixels, flipped, failed });
  }

  private *images(keys: Float64Array, records: (FaceRecord | RecordError)[], decoded: Awaited<ReturnType<DecodeThreads['decode']>>): Generator<StreamedImage> {
    let i = 0;
    for (const [place, record] of records.entries()) {
      const key = keys[place]!;
      if (record instanceof RecordError) {
        yield { key, label: NaN, pixels: record, flipped: false };
        continue;
      }
      const reason = decoded.failed.get(i);
      const pixels = reason === undefined ? decoded.pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES) : this.undecodable(key, reason);
      yield { key, label: record.label, pixels, flipped: decoded.flipped[i] === 1 };
      i++;
    }
    this.spare.push(decoded.pixels);
  }

  private undecodable(key: number, reason: string): RecordError {
    const { path } = this.options.source;
    const offset = this.options.source.offsetOf(key);
    return undecodable(`${path} at byte ${offset} (key ${key})`, reason, { file: path, offset });
  }
}

function keepRecordError(error: unknown): RecordError {
  if (error instanceof RecordError) return error;
  throw error;
}

function packed(records: readonly FaceRecord[]): Pick<ImageGroup, 'bytes' | 'lengths'> {
  const lengths = Uint32Array.from(records, ({ image }) => image.length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let end = 0;
  for (const { image } of records) {
    bytes.set(image, end);
    end += image.length;
  }
  return { bytes, lengths };
}
