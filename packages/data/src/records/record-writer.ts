// Writes .rec, .idx and property in InsightFace's face2rec2 layout: images under keys 1 … N, a header under key 0, one record per identity.
import { RecordError } from '../errors.js';
import { IMAGE_SIZE } from '../images/image-size.js';
import { encodeImageRecord } from '../recordio/image-record.js';
import { ResumableRecords, type WriterOptions } from '../recordio/resumable-records.js';

/** A label is a float32. */
const MAX_IDENTITIES = 2 ** 24;

export interface RecordWriterOptions extends WriterOptions {
  /** [height, width] that `property` states. */
  imageSize?: readonly [number, number];
}

/**
 * Images are added identity by identity; nothing has its final name before `close`, and nothing that is there is overwritten.
 * Past 2²⁴ the header and the identity records hold rounded keys, as face2rec2's do: `openRecords` finds the exact ones, others may be off
 * by one.
 */
export class RecordWriter {
  private constructor(
    private readonly records: ResumableRecords,
    private readonly imageSize: readonly [number, number],
    /** Key of the first image of each identity. */
    private readonly firstKeys: number[],
    private nextKey: number,
  ) {}

  /**
   * With `resume`, a writer that was killed is continued: `done` images are there.
   * @throws RecordError where the folder has such records already, another writer is at work on them, or one was killed and `resume` is not
   * set.
   */
  static async open({ imageSize = [IMAGE_SIZE, IMAGE_SIZE], ...options }: RecordWriterOptions): Promise<RecordWriter> {
    const firstKeys: number[] = [];
    const records = await ResumableRecords.open('insightface', options, ({ key, label }) => {
      while (firstKeys.length <= label) firstKeys.push(key); // identities between have no images
    });
    return new RecordWriter(records, imageSize, firstKeys, records.done + 1);
  }

  /** Images that are safe on the disk, under keys 1 … `done`. */
  get done(): number {
    return this.records.done;
  }

  /** Identities begun so far; after resuming, those up to the last image's. */
  get identityCount(): number {
    return this.firstKeys.length;
  }

  /** Begins the next identity; its label is its rank, from 0. */
  startIdentity(): void {
    if (this.firstKeys.length === MAX_IDENTITIES)
      throw new RecordError(`RecordWriter: a set holds up to ${MAX_IDENTITIES} identities; split it.`);
    this.firstKeys.push(this.nextKey);
  }

  /**
   * Adds an encoded image to the current identity, labelled [identity, ...labels]; returns its key. face2rec2's one further label says that
   * the face is aligned. @throws RecordError before the first `startIdentity`.
   */
  async addImage(image: Uint8Array, { labels = [1] }: { labels?: readonly number[] } = {}): Promise<number> {
    if (this.firstKeys.length === 0)
      throw new RecordError('RecordWriter.addImage: call startIdentity before the first image.');
    const key = this.nextKey++;
    const label = this.firstKeys.length - 1;
    await this.records.appendImage(encodeImageRecord({ label: [label, ...labels], id: key, image }), { key, label });
    return key;
  }

  /** Makes all images so far safe on the disk. */
  sync(): Promise<void> {
    return this.records.sync();
  }

  /** Writes header and identity records, and gives the three files their names, the .rec's last. */
  async close(): Promise<void> {
    const firstIdentity = this.nextKey;
    const ends = [...this.firstKeys.slice(1), firstIdentity];
    const append = (id: number, label: readonly [number, number]) =>
      this.records.appendTail(encodeImageRecord({ label, id, image: NOTHING }), id);
    await append(0, [firstIdentity, firstIdentity + this.firstKeys.length]);
    for (const [i, first] of this.firstKeys.entries()) await append(firstIdentity + i, [first, ends[i]!]);
    await this.records.finish(`${this.firstKeys.length},${this.imageSize.join(',')}\n`);
  }

  /** Ends here, to be resumed later. */
  suspend(): Promise<void> {
    return this.records.suspend();
  }

  /** Gives up: removes what was written. */
  abort(): Promise<void> {
    return this.records.abort();
  }
}

const NOTHING = new Uint8Array(0);
