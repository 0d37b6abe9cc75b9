// Identity records are an index that a converter made of the images' own labels, and may be wrong: Glint360K was published with 416,048 of
// them for 360,232 people. They are held to the labels of the first and the last image of each.
import { ascendingOrder } from '../recordio/ascending-order.js';
import { MAGIC, unpackWord } from '../recordio/framing.js';
import { readInto, type RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';

export interface ImageRange {
  /** Rows of the index: [start, end). */
  start: number;
  end: number;
}

/** A label is a float32: from here on different people's may be the same number. */
const FLOAT32_EXACT = 2 ** 24;

/**
 * How many of the ranges, each an identity record's images, hold more than one own label or one that another range holds too. Images
 * that cannot be read say nothing here: they are found damaged when they are read.
 */
export async function contradictingRanges(
  rec: RecordFile,
  index: RecordIndex,
  ranges: readonly ImageRange[],
): Promise<number> {
  const filled = ranges.filter(({ start, end }) => end > start);
  const labels = await ownLabels(
    rec,
    index,
    filled.flatMap(({ start, end }) => [start, end - 1]),
  );
  const holders = new Map<number, number>();
  const labelsOf = (i: number) => new Set(labels.subarray(2 * i, 2 * i + 2).filter((label) => !Number.isNaN(label)));
  for (const i of filled.keys()) for (const label of labelsOf(i)) holders.set(label, (holders.get(label) ?? 0) + 1);
  return filled.filter((_, i) => {
    const own = labelsOf(i);
    return own.size > 1 || [...own].some((label) => holders.get(label)! > 1);
  }).length;
}

/** Reads under way at once: a disk answers several in the time of one. */
const READERS = 16;
/** Up to here one read takes the last image of a person and the first of the next, which lie side by side. */
const SHARED_BYTES = 2 ** 14;
/** Of a record: its framing, an image record's header and its first label. */
const HEAD_BYTES = 8 + 24 + 4;

/** Of each of `rows`, from the first bytes of its record alone; NaN where there is none. Of 5.8 million images these are 170,000. */
async function ownLabels(rec: RecordFile, index: RecordIndex, rows: readonly number[]): Promise<Float64Array> {
  const starts = Float64Array.from(rows, (row) => index.offsets.at(row));
  const order = ascendingOrder(rows.length, (i) => starts[i]! / 4);
  const labels = new Float64Array(rows.length).fill(NaN);
  let next = 0;
  const read = async () => {
    const block = Buffer.allocUnsafeSlow(SHARED_BYTES + HEAD_BYTES);
    while (next < order.length) {
      const [first, second] = [order[next]!, order[next + 1]];
      const start = starts[first]!;
      const apart = second === undefined ? Infinity : starts[second]! - start;
      next += apart <= SHARED_BYTES ? 2 : 1;
      const length = (apart <= SHARED_BYTES ? apart : 0) + HEAD_BYTES;
      const bytes = await readInto(rec, block.subarray(0, Math.min(length, rec.size - start)), start);
      labels[first] = labelIn(bytes);
      if (apart <= SHARED_BYTES) labels[second!] = labelIn(bytes.subarray(apart));
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return labels.map((label) => (label < FLOAT32_EXACT ? label : NaN));
}

/** NaN where the bytes do not begin as an image record does. */
function labelIn(bytes: Buffer): number {
  if (bytes.length < HEAD_BYTES || bytes.readUInt32LE(0) !== MAGIC) return NaN;
  const { flag: part, length } = unpackWord(bytes.readUInt32LE(4));
  if (part > 1 || length < HEAD_BYTES - 8) return NaN;
  return bytes.readUInt32LE(8) === 0 ? bytes.readFloatLE(12) : bytes.readFloatLE(32);
}
