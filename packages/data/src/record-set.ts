// A set of face records on disk: train.rec with its index, opened for random access by key.
import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordError } from './errors.js';
import { readBytes, readRecord, type RecordFile } from './recordio/framing.js';
import { parseImageRecord } from './recordio/image-record.js';
import { readLayout, type Layout } from './recordio/layout.js';
import { binarySearch, parseIndex, rebuildIndex, type RecordIndex } from './recordio/record-index.js';

export interface FaceRecord {
  key: number;
  /** The identity. */
  label: number;
  /** The encoded image, usually JPEG. */
  image: Buffer;
}

const WHOLE_HASH_BYTES = 2 ** 30;
const SAMPLED_BLOCKS = 1024;
const BLOCK_BYTES = 2 ** 18;

/**
 * Opens a .rec file, or a folder with train.rec or exactly one .rec. The index is the .idx beside it, or rebuilt from the records
 * where there is none.
 * @throws RecordError with file and offset where anything is missing, cut short or damaged.
 */
export async function openRecords(path: string): Promise<RecordSet> {
  const recPath = await findRec(path);
  const handle = await open(recPath, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new RecordError(`${recPath} cannot be opened (${error.code}).`);
  });
  try {
    const rec: RecordFile = { path: recPath, handle, size: (await handle.stat()).size };
    if (rec.size === 0) throw new RecordError(`${recPath} is empty: expected RecordIO records.`);
    const index = await loadIndex(rec);
    await checkLastRecord(rec, index);
    return new RecordSet(rec, index, await readLayout(rec, index));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export class RecordSet {
  readonly path: string;
  readonly layout: Layout['name'];
  /** Keys of the images, ascending. */
  readonly keys: Float64Array;
  /** labels[i] is the identity of the image keys[i]. */
  readonly labels: Int32Array;
  readonly identityCount: number;

  constructor(
    private readonly rec: RecordFile,
    private readonly index: RecordIndex,
    layout: Layout,
  ) {
    this.path = rec.path;
    this.layout = layout.name;
    this.keys = layout.keys;
    this.labels = layout.labels;
    this.identityCount = new Set(layout.labels).size;
  }

  get imageCount(): number {
    return this.keys.length;
  }

  /** Position of an image's key in `keys`. @throws RecordError when there is no such image. */
  positionOf(key: number): number {
    const position = binarySearch(this.keys, key);
    if (position === -1) throw new RecordError(`${this.path}: there is no image with key ${key}.`);
    return position;
  }

  /** Any number of reads may run at once. @throws RecordError where there is no such image, or its record is damaged. */
  async read(key: number): Promise<FaceRecord> {
    const label = this.labels[this.positionOf(key)]!;
    const offset = this.index.offsets[this.index.positionOf(key)]!;
    const { payload } = await readRecord(this.rec, offset);
    const { image } = parseImageRecord(payload, `${this.path} at byte ${offset} (key ${key})`);
    return { key, label, image };
  }

  /**
   * SHA-256 of the index and the records: of the whole file up to 1 GB; above, of its size and 1,024 evenly spaced blocks of 256 KB, which
   * takes a second rather than minutes and still tells any two real sets apart. The index counts because it says which image is which.
   */
  async fingerprint(): Promise<string> {
    const { rec } = this;
    const hash = createHash('sha256').update(`${rec.size}\n`).update(this.index.keys).update(this.index.offsets);
    if (rec.size <= WHOLE_HASH_BYTES) {
      for (let at = 0; at < rec.size; at += BLOCK_BYTES) hash.update(await readBytes(rec, at, BLOCK_BYTES));
      return hash.digest('hex');
    }
    for (let block = 0; block < SAMPLED_BLOCKS; block++) {
      const at = Math.floor((block / (SAMPLED_BLOCKS - 1)) * (rec.size - BLOCK_BYTES));
      hash.update(await readBytes(rec, at, BLOCK_BYTES));
    }
    return hash.digest('hex');
  }

  close(): Promise<void> {
    return this.rec.handle.close();
  }
}

async function findRec(path: string): Promise<string> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry) throw new RecordError(`${path} does not exist: expected a .rec file, or a folder with train.rec.`);
  if (!entry.isDirectory()) return path;
  const recs = (await readdir(path)).filter((name) => name.endsWith('.rec'));
  const rec = recs.includes('train.rec') ? 'train.rec' : recs.length === 1 ? recs[0]! : undefined;
  if (!rec) {
    throw new RecordError(`${path} holds ${recs.length === 0 ? 'no .rec file' : `${recs.length} .rec files and no train.rec`}; name the .rec file itself.`);
  }
  return join(path, rec);
}

async function loadIndex(rec: RecordFile): Promise<RecordIndex> {
  const idxPath = rec.path.replace(/\.rec$/, '') + '.idx';
  const text = await readFile(idxPath).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new RecordError(`${idxPath} cannot be read (${error.code}).`);
  });
  return text ? parseIndex(text, idxPath, rec) : rebuildIndex(rec);
}

/** A file that was cut short shows at its last record, before hours of training find it. */
async function checkLastRecord(rec: RecordFile, index: RecordIndex): Promise<void> {
  await readRecord(rec, index.offsets.reduce((last, offset) => Math.max(last, offset), 0));
}
