// Writes .rec, .idx and property in InsightFace's face2rec2 layout: images under keys 1 … N, one record per identity, a header under key 0.
import { mkdir, open, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordError } from './errors.js';
import { exists } from './exists.js';
import { frameRecord } from './recordio/framing.js';
import { encodeImageRecord } from './recordio/image-record.js';

const FLOAT32_EXACT = 2 ** 24; // the header's key range is stored as float32
const WRITE_BYTES = 2 ** 20;

export interface RecordWriterOptions {
  folder: string;
  /** File name without extension. */
  name?: string;
  /** [height, width] that `property` states. */
  imageSize?: readonly [number, number];
}

/** Images are added identity by identity; nothing has its final name before `close`, and nothing that is there is overwritten. */
export class RecordWriter {
  private readonly index: string[] = [];
  /** Key of the first image of each identity. */
  private readonly firstKeys: number[] = [];
  private nextKey = 1;
  private offset = 0;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** The writes so far, one after the other; once one has failed, all that follow fail with its error. */
  private written: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: Required<RecordWriterOptions>,
    private readonly handle: FileHandle,
  ) {}

  /** @throws RecordError where the folder has such records already, or another writer is at work on them. */
  static async create({ folder, name = 'train', imageSize = [112, 112] }: RecordWriterOptions): Promise<RecordWriter> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.rec`);
    if (await exists(path)) throw new RecordError(`${path} is there already; remove it, or write to another folder.`);
    const handle = await open(`${path}.partial`, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw new RecordError(`${path}.partial is there already: another process is writing it, or was killed while it did; if so, remove it.`);
    });
    return new RecordWriter({ folder, name, imageSize }, handle);
  }

  /** Begins the next identity; its label is its rank, from 0. */
  startIdentity(): void {
    this.firstKeys.push(this.nextKey);
    this.checkRange();
  }

  /** Adds an encoded image to the current identity; returns its key. @throws RecordError before the first `startIdentity`. */
  async addImage(image: Uint8Array): Promise<number> {
    if (this.firstKeys.length === 0) throw new RecordError('RecordWriter.addImage: call startIdentity before the first image.');
    const key = this.nextKey++;
    this.checkRange();
    const label = this.firstKeys.length - 1;
    await this.append(key, encodeImageRecord({ label: [label, 1], id: key, image })); // [identity, aligned], as face2rec2 writes
    return key;
  }

  /** Writes header and identity records, and gives the three files their names, the .rec's last. */
  async close(): Promise<void> {
    const firstIdentity = this.nextKey;
    const ends = [...this.firstKeys.slice(1), firstIdentity];
    await this.append(0, encodeImageRecord({ label: [firstIdentity, firstIdentity + this.firstKeys.length], id: 0, image: NOTHING }));
    for (const [i, first] of this.firstKeys.entries()) {
      await this.append(firstIdentity + i, encodeImageRecord({ label: [first, ends[i]!], id: firstIdentity + i, image: NOTHING }));
    }
    await this.flush();
    await this.handle.sync();
    await this.handle.close();

    const { folder, imageSize } = this.options;
    await writeFile(this.path('idx.partial'), this.index.join(''), { flush: true });
    await writeFile(join(folder, 'property'), `${this.firstKeys.length},${imageSize.join(',')}\n`);
    await rename(this.path('idx.partial'), this.path('idx'));
    await rename(this.path('rec.partial'), this.path('rec'));
  }

  /** Gives up: removes what was written. */
  async abort(): Promise<void> {
    await this.written.catch(() => {});
    await this.handle.close();
    await rm(this.path('rec.partial'), { force: true });
    await rm(this.path('idx.partial'), { force: true });
  }

  private path(extension: string): string {
    return join(this.options.folder, `${this.options.name}.${extension}`);
  }

  private checkRange(): void {
    if (this.nextKey + this.firstKeys.length <= FLOAT32_EXACT) return;
    throw new RecordError(`RecordWriter: InsightFace's layout holds fewer than ${FLOAT32_EXACT} images and identities together; split the set.`);
  }

  private async append(key: number, payload: Uint8Array): Promise<void> {
    const record = frameRecord(payload);
    this.index.push(`${key}\t${this.offset}\n`);
    this.offset += record.length;
    this.waiting.push(record);
    this.waitingBytes += record.length;
    if (this.waitingBytes >= WRITE_BYTES) await this.flush();
  }

  private flush(): Promise<unknown> {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.waitingBytes = 0;
    this.written = this.written.then(() => this.handle.writeFile(bytes)); // from where the last write ended
    return this.written;
  }
}

const NOTHING = new Uint8Array(0);
