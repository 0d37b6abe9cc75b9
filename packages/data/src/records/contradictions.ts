// Identity records are an index that a converter made of the images' own labels, and may be wrong: Glint360K was published with 416,048 of
// them for 360,232 people. They are held to the labels of the first and the last image of each.
import { parseImageRecord } from '../recordio/image-record.js';
import { inFileOrder, readRows } from '../recordio/read-rows.js';
import type { RecordFile } from '../recordio/record-file.js';
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
  const labelsOf = ({ start, end }: ImageRange) =>
    new Set([labels.get(start), labels.get(end - 1)].filter((label) => label !== undefined));
  for (const range of filled) for (const label of labelsOf(range)) holders.set(label, (holders.get(label) ?? 0) + 1);
  return filled.filter((range) => {
    const own = labelsOf(range);
    return own.size > 1 || [...own].some((label) => holders.get(label)! > 1);
  }).length;
}

/** By row. Neighbours share a read, so that the last image of one person and the first of the next cost no more than one of them. */
async function ownLabels(rec: RecordFile, index: RecordIndex, rows: readonly number[]): Promise<Map<number, number>> {
  const labels = new Map<number, number>();
  for await (const block of readRows(rec, index, inFileOrder(index, new Set(rows)))) {
    for (const { row, offset, payload } of block) {
      const label = ownLabel(payload, { path: rec.path, offset });
      if (label !== undefined && label < FLOAT32_EXACT) labels.set(row, label);
    }
  }
  return labels;
}

function ownLabel(payload: Buffer | Error, place: { path: string; offset: number }): number | undefined {
  if (payload instanceof Error) return undefined;
  try {
    return parseImageRecord(payload, place).labels[0];
  } catch {
    return undefined;
  }
}
