// Opening a set of face records: the files found, the index read or rebuilt, what they hold told apart, damage met at once.
import { RecordError } from '../errors.js';
import { readRecord } from '../recordio/framing.js';
import { MAX_FILE_BYTES } from '../recordio/offsets.js';
import { fail, parseIndex } from '../recordio/parse-index.js';
import { readImageRecord } from '../recordio/read-image.js';
import { indexFromRecords } from '../recordio/rebuild-index.js';
import { openRecordFile, readBytes, type RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';
import { findIdx, findRec } from '../recordio/set-files.js';
import { readLayout } from './read-layout.js';
import { RecordSet, type Closable } from './record-set.js';

export interface OpenOptions {
  /**
   * 'error' throws at the first damage that opening meets. 'skip' then reads the whole file, leaves out what is damaged and lists it in
   * `damaged`; images have the labels in their own records. Opening an InsightFace set reads few of its images: one may be found damaged
   * when it is read.
   */
  onCorrupt?: 'error' | 'skip';
}

/** Of a file that may be a web page. */
const PAGE_START_BYTES = 64;
/** A set with more is not worth opening. */
const MAX_DAMAGED = 10_000;

/**
 * Opens a .rec file, or a folder with train.rec or exactly one .rec. The index is the .idx beside it, or rebuilt from the records
 * where there is none.
 * @throws RecordError with file and offset where anything is missing, cut short or damaged.
 */
export async function openRecords(path: string, { onCorrupt = 'error' }: OpenOptions = {}): Promise<RecordSet> {
  const rec = await openRecordFile(await findRec(path));
  try {
    const idxPath = await findIdx(rec.path);
    const idx = idxPath === undefined ? undefined : await openRecordFile(idxPath);
    try {
      return await openRecordSet(rec, idx, { onCorrupt });
    } finally {
      await idx?.close();
    }
  } catch (error) {
    await rec.close();
    throw error;
  }
}

/** The set of two open files, of which it keeps the first; without the second, the index is rebuilt. */
export async function openRecordSet(
  rec: RecordFile & Closable,
  idx: RecordFile | undefined,
  { onCorrupt = 'error' }: OpenOptions = {},
): Promise<RecordSet> {
  const damaged: RecordError[] = [];
  const note = (error: RecordError) => {
    if (damaged.push(error) <= MAX_DAMAGED) return;
    throw new RecordError(
      `${rec.path} has more than ${MAX_DAMAGED} damaged places, the first: ${damaged[0]!.message}`,
      error,
    );
  };
  const report = onCorrupt === 'skip' ? note : fail;
  if (rec.size === 0) throw new RecordError(`${rec.path} is empty: expected RecordIO records.`, { file: rec.path });
  await requireNoPage(rec);
  if (rec.size > MAX_FILE_BYTES)
    throw new RecordError(`${rec.path} has ${rec.size} bytes; the limit is 4 TB.`, { file: rec.path });
  const given = idx && (await parseIndex(idx, rec, report));
  const indexRebuilt = given === undefined || (await isByRanks(rec, given));
  const listed = indexRebuilt ? await indexFromRecords(rec, report) : given;
  const index = await withoutCutRecord(rec, listed, report);
  return new RecordSet(rec, index, await readLayout(rec, index, { onCorrupt: report, isDamaged: damaged.length > 0 }), {
    damaged,
    indexRebuilt,
  });
}

/**
 * mxnet's rec2idx.py writes each record's place in the file for its key, whatever id it has: of a set by face2rec2, whose first key is 1,
 * every image then has another one's key, and the header and the identities are images without a picture.
 */
async function isByRanks(rec: RecordFile, index: RecordIndex): Promise<boolean> {
  if (index.length < 2 || index.keys[0] !== 0 || index.keys.at(-1) !== index.length - 1) return false;
  if (!index.fileOrder.ascendsFrom(0)) return false;
  const [first, second] = await Promise.all(
    [0, 1].map((row) => readImageRecord(rec, index, row).catch(() => undefined)),
  );
  return first !== undefined && second !== undefined && first.id === 1 && second.id === 2;
}

/** What a download gives that was refused, or that asks something first. */
async function requireNoPage(rec: RecordFile): Promise<void> {
  const start = (await readBytes(rec, 0, Math.min(rec.size, PAGE_START_BYTES))).toString('latin1');
  if (!/^\s*<(!doctype|html|\?xml)/i.test(start)) return;
  throw new RecordError(
    `${rec.path} is a web page, not records: open it in a browser to see why, and download the set again.`,
    {
      file: rec.path,
      offset: 0,
    },
  );
}

/** A file that was cut short shows at its last record, before hours of training find it. */
async function withoutCutRecord(
  rec: RecordFile,
  index: RecordIndex,
  onCorrupt: (error: RecordError) => void,
): Promise<RecordIndex> {
  const row = index.fileOrder.rowAt(index.length - 1);
  try {
    await readRecord(rec, index.offsets.at(row), rec.size);
    return index;
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    onCorrupt(error);
    return index.without(row, rec.path);
  }
}
