// A set of face records on disk, train.rec with its index, open for random access by key, by identity, and in the order of the file.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RecordError } from '../errors.js';
import { fingerprint } from '../recordio/fingerprint.js';
import { Identities } from './identities.js';
import type { Layout } from './layout.js';
import { parseProperty, type Property } from '../recordio/property.js';
import { imageIn, readImage, type RecordPlace } from '../recordio/read-image.js';
import { inFileOrder, readRows, type RowRecord } from '../recordio/read-rows.js';
import { readBytes, type RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';
import { binarySearch } from '../recordio/search.js';

export interface FaceRecord {
  key: number;
  /** The identity. */
  label: number;
  /** The encoded image, usually JPEG. */
  image: Buffer;
}

/** A record that was passed over. */
export interface SkippedRecord {
  key: number;
  offset: number;
  error: RecordError;
}

export interface SkipOptions {
  /** Is given each record that cannot be read, which is then left out; without it the first one is thrown. */
  onSkip?: (skipped: SkippedRecord) => void;
}

/** From here on float32, which records have labels in, skips numbers: neighbours become one. */
const FLOAT32_EXACT = 2 ** 24;
/** Of a run of faces; more is a gap between them. */
const READ_THROUGH_BYTES = 2 ** 22;

export interface Closable {
  close(): Promise<void>;
}

/** Open it by `openRecords`. Any number of reads of any kind may run at once. */
export class RecordSet {
  readonly path: string;
  readonly layout: Layout['name'];
  /** Keys of the images, ascending. */
  readonly keys: Float64Array;
  /** labels[i] is the identity of the image keys[i]. */
  readonly labels: Int32Array;
  /** Identity records that the images' own labels contradict; `labels` are then the images' own. */
  readonly contradicting: number;
  private readonly idsAreKeys: boolean;
  private grouped: Identities | undefined;

  /** What was left out when the set was opened, with file, offset and where known end: empty unless asked for. */
  readonly damaged: readonly RecordError[];
  /** Whether the index is made from the records: the set has no .idx, or one by ranks as rec2idx.py writes it. */
  readonly indexRebuilt: boolean;

  constructor(
    private readonly rec: RecordFile & Closable,
    private readonly index: RecordIndex,
    layout: Layout,
    { damaged, indexRebuilt }: { damaged: readonly RecordError[]; indexRebuilt: boolean },
  ) {
    this.damaged = damaged;
    this.indexRebuilt = indexRebuilt;
    this.path = rec.path;
    this.layout = layout.name;
    this.keys = layout.keys;
    this.labels = layout.labels;
    this.contradicting = layout.contradicting;
    this.idsAreKeys = layout.idsAreKeys;
  }

  get imageCount(): number {
    return this.keys.length;
  }

  /** Identities that have an image. */
  get identityCount(): number {
    return this.identities.count;
  }

  /**
   * Images whose label is so large that float32, which records have it in, may have rounded it: people whose labels were neighbours are
   * then one.
   */
  get roundedLabels(): number {
    return this.labels.reduce((count, label) => count + Number(label >= FLOAT32_EXACT), 0);
  }

  /** Position of an image's key in `keys`. @throws RecordError when there is no such image. */
  positionOf(key: number): number {
    const position = binarySearch(this.keys, key);
    if (position === -1) throw new RecordError(`${this.path}: there is no image with key ${key}.`, { file: this.path });
    return position;
  }

  /** Positions in `keys` of the images of `keys`, in their order. @throws RecordError where there is no such image. */
  positionsOf(keys: ArrayLike<number>): Uint32Array {
    return Uint32Array.from(keys, (key) => this.positionOf(key));
  }

  /** Identities of the images of `keys`, in their order. @throws RecordError where there is no such image. */
  labelsOf(keys: ArrayLike<number>): Int32Array {
    return Int32Array.from(keys, (key) => this.labels[this.positionOf(key)]!);
  }

  /** The byte of the .rec where an image's record begins. @throws RecordError when there is no such image. */
  offsetOf(key: number): number {
    this.positionOf(key);
    return this.index.offsets.at(this.index.rowOf(key));
  }

  /** Where an image's record lies, for `readImage` of the same file opened elsewhere. @throws RecordError when there is no such image. */
  placeOf(key: number): RecordPlace {
    this.positionOf(key);
    const row = this.index.rowOf(key);
    return {
      path: this.path,
      key,
      offset: this.index.offsets.at(row),
      next: this.index.nextOffset(row, this.rec.size),
      idIsKey: this.idsAreKeys,
    };
  }

  /** Keys of the images of an identity, ascending; none where it has none. */
  identity(label: number): Float64Array {
    return Float64Array.from(this.identities.positionsOf(label), (position) => this.keys[position]!);
  }

  /** One read of the record's own size. @throws RecordError where there is no such image, or its record is damaged. */
  async read(key: number): Promise<FaceRecord> {
    return { key, label: this.labels[this.positionOf(key)]!, image: await readImage(this.rec, this.placeOf(key)) };
  }

  /**
   * The records of `keys`, in their order. Neighbours in the file share a read of up to 1 MB, of which each image is a view: copy one that
   * outlives the others. The ones that `onSkip` is given are left out.
   * @throws RecordError where there is no such image, or without `onSkip` where a record is damaged.
   */
  async readMany(keys: ArrayLike<number>, { onSkip }: SkipOptions = {}): Promise<FaceRecord[]> {
    const rows = Array.from(keys, (key) => this.index.rowOf(this.keys[this.positionOf(key)]!));
    const found = new Map<number, FaceRecord>();
    for await (const block of readRows(this.rec, this.index, inFileOrder(this.index, new Set(rows)))) {
      for (const record of this.faces(block, onSkip)) found.set(record.key, record);
    }
    return Array.from(keys, (key) => found.get(key)).filter((record) => record !== undefined);
  }

  /**
   * Every image, in the order of the file, which is a disk's fastest. Images are views of blocks of up to 1 MB: copy one that is kept.
   * @throws RecordError at the first damaged record, unless `onSkip` is given.
   */
  async *scan({ onSkip }: SkipOptions = {}): AsyncGenerator<FaceRecord, void, void> {
    for await (const block of readRows(this.rec, this.index, this.index.fileOrder)) {
      for (const record of this.faces(block, onSkip)) yield record;
    }
  }

  /** `keys`, in the order of their records in the file. @throws RecordError when there is no such image. */
  inFileOrder(keys: ArrayLike<number> = this.keys): Float64Array {
    if (this.ascend(keys) && this.index.fileOrder.ascendsFrom(this.index.rowOf(keys[0]!)))
      return Float64Array.from(keys);
    const rows = inFileOrder(
      this.index,
      Float64Array.from(keys, (key) => this.index.rowOf(this.keys[this.positionOf(key)]!)),
    );
    return Float64Array.from({ length: rows.length }, (_, i) => this.index.keys[rows.rowAt(i)]!);
  }

  /**
   * Reads the file from one image to another that lies behind it, and forgets it: the operating system then has them at hand. Not past 4
   * MB.
   * @throws RecordError when there is no such image, or the file cannot be read.
   */
  async readThrough(firstKey: number, lastKey: number): Promise<void> {
    const start = this.offsetOf(firstKey);
    this.positionOf(lastKey);
    const end = this.index.nextOffset(this.index.rowOf(lastKey), this.rec.size);
    await readBytes(this.rec, start, Math.min(READ_THROUGH_BYTES, end - start));
  }

  /** What the `property` file beside the .rec says, if there is one. @throws RecordError where it is not readable as such. */
  async property(): Promise<Property | undefined> {
    const path = join(dirname(this.path), 'property');
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new RecordError(`${path} cannot be read (${error.code}).`, { file: path });
    });
    return bytes && parseProperty(bytes, path);
  }

  /**
   * SHA-256 of the index and the records: of the whole file up to 1 GB; above, of its size and 1,024 evenly spaced blocks of 256 KB, which
   * takes a second rather than minutes and still tells any two real sets apart. 64 hexadecimal digits.
   */
  fingerprint(): Promise<string> {
    return fingerprint(this.rec, this.index);
  }

  /** Once the reads under way have ended. */
  close(): Promise<void> {
    return this.rec.close();
  }

  private get identities(): Identities {
    return (this.grouped ??= new Identities(this.labels));
  }

  /** Whether these are keys of images, each greater than the one before: found in one pass, without a search for each. */
  private ascend(keys: ArrayLike<number>): boolean {
    let position = 0;
    for (let i = 0; i < keys.length; i++, position++) {
      while (position < this.keys.length && this.keys[position]! < keys[i]!) position++;
      if (this.keys[position] !== keys[i]) return false;
    }
    return keys.length > 0;
  }

  /** Those of a block that are images. */
  private faces(block: readonly RowRecord[], onSkip: SkipOptions['onSkip']): FaceRecord[] {
    const faces: FaceRecord[] = [];
    for (const { row, offset, payload } of block) {
      const key = this.index.keys[row]!;
      const position = binarySearch(this.keys, key);
      if (position === -1) continue;
      try {
        if (payload instanceof RecordError) throw payload;
        faces.push({
          key,
          label: this.labels[position]!,
          image: imageIn(payload, this.path, { key, offset, idIsKey: this.idsAreKeys }),
        });
      } catch (error) {
        if (!(error instanceof RecordError && onSkip)) throw error;
        onSkip({ key, offset, error });
      }
    }
    return faces;
  }
}
