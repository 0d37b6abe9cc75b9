// Many records of an index, in the order they lie in the file: neighbours share large reads, and the next reads are under way meanwhile.
import { RecordError } from '../errors.js';
import { readRecord, unframe } from './framing.js';
import { readBytes, type RecordFile } from './record-file.js';
import type { RecordIndex } from './record-index.js';

/** A disk's full speed, and few enough faces (200) that keeping one of them keeps little else. */
const BLOCK_BYTES = 2 ** 20;
/** Identity records are 40 bytes each: so many views at a time are enough. */
const BLOCK_RECORDS = 2 ** 11;
/** Reading over a gap is cheaper than another read up to about this. */
const GAP_BYTES = 2 ** 16;
/** Reads under way. libuv has 4 threads for them. */
const AHEAD = 8;

export interface RowRecord {
  row: number;
  offset: number;
  /** A view of the block it was read with, or why it cannot be read. */
  payload: Buffer | RecordError;
}

/** Rows of an index in the order of the file: `rowAt(0)` to `rowAt(length - 1)`. */
export interface RowsInFileOrder {
  readonly length: number;
  rowAt(i: number): number;
}

/** Block by block, the records of `rows`. */
export async function* readRows(
  file: RecordFile,
  index: RecordIndex,
  rows: RowsInFileOrder,
): AsyncGenerator<RowRecord[], void, void> {
  const pending: Promise<RowRecord[]>[] = [];
  for (const group of neighbours(file, index, rows)) {
    const records = readGroup(file, group);
    records.catch(() => {}); // it is awaited below, or dropped when the consumer leaves first
    pending.push(records);
    if (pending.length > AHEAD) yield await pending.shift()!;
  }
  for (const records of pending) yield await records;
}

export const inFileOrder = (index: RecordIndex, rows: Iterable<number>): RowsInFileOrder => {
  const { fileOrder } = index;
  const ranks = Float64Array.from(rows, (row) => fileOrder.rankOf(row)).sort();
  return { length: ranks.length, rowAt: (i) => fileOrder.rowAt(ranks[i]!) };
};

interface Group {
  rows: number[];
  /** Where the record of each row begins, and the one after it in the file. */
  starts: number[];
  nexts: number[];
}

function* neighbours(file: RecordFile, index: RecordIndex, rows: RowsInFileOrder): Generator<Group, void, void> {
  let group: Group = { rows: [], starts: [], nexts: [] };
  for (let i = 0; i < rows.length; i++) {
    const row = rows.rowAt(i);
    const start = index.offsets.at(row);
    const next = index.nextOffset(row, file.size);
    const { length } = group.rows;
    if (
      length === BLOCK_RECORDS ||
      (length > 0 && (start - group.nexts[length - 1]! > GAP_BYTES || next - group.starts[0]! > BLOCK_BYTES))
    ) {
      yield group;
      group = { rows: [], starts: [], nexts: [] };
    }
    group.rows.push(row);
    group.starts.push(start);
    group.nexts.push(next);
  }
  if (group.rows.length > 0) yield group;
}

async function readGroup(file: RecordFile, { rows, starts, nexts }: Group): Promise<RowRecord[]> {
  const base = starts[0]!;
  const length = nexts.at(-1)! - base;
  // what fails is read once more, alone
  const block = length <= BLOCK_BYTES ? await readBytes(file, base, length).catch(() => NOTHING) : NOTHING;
  const records: RowRecord[] = [];
  for (const [i, row] of rows.entries()) {
    const offset = starts[i]!;
    const found = frameIn(file, block, offset - base, base, nexts[i]!);
    const payload = found ?? (await readRecord(file, offset, nexts[i]!).then(({ payload }) => payload, asRecordError));
    records.push({ row, offset, payload });
  }
  return records;
}

/** The payload at `block[at]` where it ends at `next` as it should. */
function frameIn(
  file: RecordFile,
  block: Buffer,
  at: number,
  base: number,
  next: number,
): Buffer | RecordError | undefined {
  if (block.length <= at) return undefined;
  try {
    const record = unframe(file, block, at, base);
    return typeof record !== 'number' && record.end === next ? record.payload : undefined;
  } catch (error) {
    return asRecordError(error);
  }
}

function asRecordError(error: unknown): RecordError {
  if (error instanceof RecordError) return error;
  throw error;
}

const NOTHING = Buffer.alloc(0);
