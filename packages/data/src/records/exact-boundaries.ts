// Identity ranges past 2²⁴, where float32 holds every second, fourth … number only: the images near a rounded boundary say where it is.
import { RecordError } from '../errors.js';
import { parseImageRecord } from '../recordio/image-record.js';
import { inFileOrder, readRows } from '../recordio/read-rows.js';
import type { RecordFile } from '../recordio/record-file.js';
import type { RecordIndex } from '../recordio/record-index.js';
import { lowerBound } from '../recordio/search.js';

export interface IdentityRange {
  /** Of the identity's record. */
  key: number;
  /** Keys of its images: [first, end). */
  first: number;
  end: number;
}

const FLOAT32_EXACT = 2 ** 24;

/** How far a whole number may be from the float32 that it was stored as. */
export function float32Slack(value: number): number {
  return value < FLOAT32_EXACT ? 0 : 2 ** (Math.floor(Math.log2(value)) - 23);
}

/**
 * The ranges with their ends as they were before they became float32: where the images' own labels change, among the keys that round to the
 * float32 in the record. Images end at `firstIdentity`.
 * @throws RecordError where the labels do not tell.
 */
export async function exactBoundaries(
  rec: RecordFile,
  index: RecordIndex,
  ranges: readonly IdentityRange[],
  firstIdentity: number,
): Promise<readonly IdentityRange[]> {
  if (ranges.every(({ end }) => float32Slack(end) === 0)) return ranges;
  const exact = ranges.map((range) => ({ ...range }));
  for (const [rounded, boundaries] of roundedBoundaries(exact)) {
    const isEnd = rounded === Math.fround(firstIdentity);
    const keys = [...(await changesNear(rec, index, rounded)), ...(isEnd ? [firstIdentity] : [])];
    if (keys.length !== boundaries.length) {
      const { key } = (boundaries[0]!.before ?? boundaries[0]!.after)!;
      throw new RecordError(
        `${rec.path} key ${key}: where its images end, near ${rounded}, cannot be told from the images' labels; ` +
          'the file is damaged, copy it again.',
        { file: rec.path, offset: index.offsets.at(index.rowOf(key)) },
      );
    }
    for (const [i, { before, after }] of boundaries.entries()) {
      if (before) before.end = keys[i]!;
      if (after) after.first = keys[i]!;
    }
  }
  return exact;
}

/** Where one identity's images end and, if its record is there, the next one's begin. */
interface Boundary {
  before?: IdentityRange;
  after?: IdentityRange;
}

/** By their float32, in the order of the identities; those that float32 holds exactly are left out. */
function roundedBoundaries(ranges: readonly IdentityRange[]): Map<number, Boundary[]> {
  const found = new Map<number, Boundary[]>();
  const add = (rounded: number, boundary: Boundary) => {
    if (float32Slack(rounded) > 0) found.set(rounded, [...(found.get(rounded) ?? []), boundary]);
  };
  for (const [i, range] of ranges.entries()) {
    const [last, next] = [ranges[i - 1], ranges[i + 1]];
    if (last?.end !== range.first) add(range.first, { after: range });
    if (next?.first === range.end) add(range.end, { before: range, after: next });
    else add(range.end, { before: range });
  }
  return found;
}

/**
 * The keys that round to `rounded` and whose image has another label than the one before; where keys are missing, the last that may be
 * meant.
 */
async function changesNear(rec: RecordFile, index: RecordIndex, rounded: number): Promise<number[]> {
  const slack = float32Slack(rounded);
  const from = Math.max(0, lowerBound(index.keys, rounded - slack) - 1);
  const to = Math.min(index.length, lowerBound(index.keys, rounded + slack + 1) + 1);
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  const labels = new Map<number, number>();
  for await (const block of readRows(rec, index, inFileOrder(index, rows))) {
    for (const { row, offset, payload } of block) {
      if (payload instanceof RecordError) continue;
      const { labels: own, image } = parseImageRecord(payload, { path: rec.path, offset, key: index.keys[row]! });
      if (image.length > 0) labels.set(row, own[0]!);
    }
  }
  const changes: number[] = [];
  for (const row of rows.slice(1)) {
    if (!labels.has(row - 1) || !labels.has(row) || labels.get(row - 1) === labels.get(row)) continue;
    for (let key = index.keys[row]!; key > index.keys[row - 1]!; key--) {
      if (Math.fround(key) === rounded) {
        changes.push(key);
        break;
      }
      if (key < rounded - slack) break;
    }
  }
  return changes;
}
