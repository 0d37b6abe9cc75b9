// Writes the .idx of a .rec that has none, or a bad one: from the records alone, past damage, and says what is damaged.
import { exists, replaceFile } from '@lin/files';
import { RecordError } from '../errors.js';
import { rebuildIndex, type RebuiltIndex } from './rebuild-index.js';
import { openRecordFile } from './record-file.js';
import { idxPathOf } from './set-files.js';

export interface ReindexOptions {
  /** Default: beside the .rec, with its name. */
  output?: string;
  /** Is called every 64 MB and at the end. */
  onProgress?: (progress: { bytes: number; total: number }) => void;
}

/** Bytes [start, end) that are no record. */
export interface DamagedRange {
  start: number;
  end: number;
  /** What was found where the damage begins. */
  reason: string;
  recordsBefore: number;
  recordsAfter: number;
}

export interface ReindexReport {
  /** Path of the .idx. */
  output: string;
  records: number;
  /** Records with an image; the others are a header and identities. */
  images: number;
  /** Keys are the ids in the records' headers; their ranks where ids repeat. */
  keysAre: 'ids' | 'ranks';
  damaged: DamagedRange[];
}

/** More are no damage but another kind of file. */
const MAX_DAMAGED_RANGES = 100_000;
const WRITE_ROWS = 2 ** 16;

/**
 * Rows are in the order of the file, as face2rec2 writes them. The .idx is written beside and renamed.
 * @throws RecordError where the .rec holds no records, or `output` is there already.
 */
export async function reindex(
  recPath: string,
  { output = idxPathOf(recPath), onProgress }: ReindexOptions = {},
): Promise<ReindexReport> {
  if (await exists(output))
    throw new RecordError(`${output} is there already; move it away, or name another output.`, { file: output });
  const rec = await openRecordFile(recPath);
  try {
    const found: Omit<DamagedRange, 'recordsAfter'>[] = [];
    const onDamage = ({ message, offset, end }: RecordError, recordsBefore: number) => {
      if (found.length === MAX_DAMAGED_RANGES) {
        throw new RecordError(`${recPath} has more than ${MAX_DAMAGED_RANGES} damaged places: copy it again.`, {
          file: recPath,
        });
      }
      found.push({ start: offset!, end: end!, reason: message, recordsBefore });
    };
    const rebuilt = await rebuildIndex(rec, { onDamage, ...(onProgress && { onProgress }) });
    await writeIdx(output, rebuilt);
    const records = rebuilt.keys.length;
    const damaged = found
      .map((range) => ({ ...range, recordsAfter: records - range.recordsBefore }))
      .sort((a, b) => a.start - b.start);
    return { output, records, images: rebuilt.images, keysAre: rebuilt.keysAre, damaged };
  } finally {
    await rec.close();
  }
}

async function writeIdx(path: string, { keys, offsets }: RebuiltIndex): Promise<void> {
  await replaceFile(path, async (file) => {
    for (let start = 0; start < keys.length; start += WRITE_ROWS) {
      let text = '';
      for (let i = start; i < Math.min(keys.length, start + WRITE_ROWS); i++) text += `${keys[i]}\t${offsets.at(i)}\n`;
      await file.writeFile(text);
    }
  });
}
