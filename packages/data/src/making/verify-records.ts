// Reads and decodes everything in a set, on every core, and names each record that is damaged.
import { batches } from '../batches/batches.js';
import { openRecords } from '../records/open-records.js';

export interface DamagedRecord {
  /** Undefined where the damage is in the file's structure rather than in a record of the index. */
  key?: number;
  /** The byte of the file where it begins. */
  offset?: number;
  reason: string;
}

export interface VerifyRecordsOptions {
  /** A .rec, or a folder with one. */
  source: string;
  /** Threads that decode; default: one a core, at most 16. */
  workers?: number;
  /** Is called for each, in the order of the file. */
  onDamaged?: (damaged: DamagedRecord) => void;
  /** Images so far. */
  onProgress?: (progress: { done: number; total: number }) => void;
  signal?: AbortSignal;
}

export interface VerifyReport {
  images: number;
  identities: number;
  /** Identity records that the images' own labels contradict: people are told apart by their own labels. */
  contradicting: number;
  /** Images whose label is 2²⁴ or more, where float32 makes neighbours one. */
  roundedLabels: number;
  /** Damaged records and places. */
  damaged: number;
}

/** Large enough that threads never wait for the next, small enough for steady progress. */
const BATCH = 256;

/** Writes nothing. @throws RecordError where the set cannot be opened at all. */
export async function verifyRecords({
  source,
  workers,
  onDamaged,
  onProgress,
  signal,
}: VerifyRecordsOptions): Promise<VerifyReport> {
  const records = await openRecords(source, { onCorrupt: 'skip' });
  try {
    const { imageCount: images, identityCount: identities, contradicting, roundedLabels } = records;
    let damaged = 0;
    const report = (found: DamagedRecord) => {
      damaged++;
      onDamaged?.(found);
    };
    for (const { message, offset } of records.damaged)
      report({ ...(offset !== undefined && { offset }), reason: message });

    let sound = 0;
    let bad = 0;
    const decoded = batches(records, {
      keys: records.inFileOrder(),
      batchSize: Math.min(BATCH, images),
      onCorrupt: 'skip',
      whole: true,
      maxCorrupt: images,
      onSkip: ({ key, offset, error }) => {
        bad++;
        report({ key, offset, reason: error.message });
      },
      ...(workers !== undefined && { workers }),
    });
    for await (const { size } of decoded) {
      signal?.throwIfAborted();
      sound += size;
      onProgress?.({ done: sound + bad, total: images });
    }
    return { images, identities, contradicting, roundedLabels, damaged };
  } finally {
    await records.close();
  }
}
