// Writes .rec, .idx and property in InsightFace's face2rec2 layout: images under keys 1 … N, one record per identity, a header under key 0.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { RecordError } from './errors.js';
import { frameRecord } from './recordio/framing.js';
import { encodeImageRecord } from './recordio/image-record.js';

const FLOAT32_EXACT = 2 ** 24; // the header's key range is stored as float32

export interface RecordWriterOptions {
  folder: string;
  /** File name without extension. */
  name?: string;
  /** [height, width] that `property` states. */
  imageSize?: readonly [number, number];
}

/** Images are added identity by identity; nothing has its final name before `close`. */
export class RecordWriter {
  private readonly index: string[] = [];
  /** Key of the first image of each identity. */
  private readonly firstKeys: number[] = [];
  private offset = 0;
  private nextKey = 1;

  private constructor(
    private readonly options: Required<RecordWriterOptions>,
    private readonly stream: WriteStream,
  ) {}

  static async create({ folder, name = 'train', imageSize = [112, 112] }: RecordWriterOptions): Promise<RecordWriter> {
    await mkdir(folder, { recursive: true });
    const stream = createWriteStream(join(folder, `${name}.rec.partial`));
    await once(stream, 'open');
    return new RecordWriter({ folder, name, imageSize }, stream);
  }

  /** Begins the next identity; its label is its rank, from 0. */
  startIdentity(): void {
    this.firstKeys.push(this.nextKey);
  }

  /** Adds an encoded image to the current identity; returns its key. @throws RecordError before the first `startIdentity`. */
  async addImage(image: Uint8Array): Promise<number> {
    if (this.firstKeys.length === 0) throw new RecordError('RecordWriter.addImage: call startIdentity before the first image.');
    const key = this.nextKey++;
    if (key >= FLOAT32_EXACT) throw new RecordError(`RecordWriter: InsightFace's layout holds fewer than ${FLOAT32_EXACT} images; split the set.`);
    const label = this.firstKeys.length - 1;
    await this.append(key, encodeImageRecord({ labels: [label, 1], id: key, image })); // [identity, aligned], as face2rec2 writes
    return key;
  }

  /** Writes identity records and header, and gives the three files their names. */
  async close(): Promise<void> {
    const firstIdentity = this.nextKey;
    const ends = [...this.firstKeys.slice(1), firstIdentity];
    for (const [i, first] of this.firstKeys.entries()) {
      await this.append(firstIdentity + i, encodeImageRecord({ labels: [first, ends[i]!], id: firstIdentity + i, image: NOTHING }));
    }
    await this.append(0, encodeImageRecord({ labels: [firstIdentity, firstIdentity + this.firstKeys.length], id: 0, image: NOTHING }));
    this.stream.end();
    await finished(this.stream);

    const { folder, name, imageSize } = this.options;
    const path = (extension: string) => join(folder, `${name}.${extension}`);
    await writeFile(path('idx.partial'), this.index.join(''));
    await writeFile(join(folder, 'property'), `${this.firstKeys.length},${imageSize.join(',')}\n`);
    await rename(path('idx.partial'), path('idx'));
    await rename(path('rec.partial'), path('rec'));
  }

  /** Gives up: removes what was written. */
  async abort(): Promise<void> {
    this.stream.destroy();
    await finished(this.stream).catch(() => {});
    await rm(join(this.options.folder, `${this.options.name}.rec.partial`), { force: true });
  }

  private async append(key: number, payload: Uint8Array): Promise<void> {
    const record = frameRecord(payload);
    this.index.push(`${key}\t${this.offset}\n`);
    this.offset += record.length;
    if (!this.stream.write(record)) await once(this.stream, 'drain');
  }
}

const NOTHING = new Uint8Array(0);
