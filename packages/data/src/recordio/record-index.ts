// Where the record of each key begins, sorted by key, in typed arrays of 13 bytes a row.
import { RecordError } from '../errors.js';
import { ascendingOrder } from './ascending-order.js';
import { FileOrder } from './file-order.js';
import { Offsets } from './offsets.js';
import { binarySearch } from './search.js';

export class RecordIndex {
  /** Ascending. */
  readonly keys: Float64Array;
  /** offsets.at(i) is where the record of keys[i] begins. */
  readonly offsets: Offsets;
  readonly fileOrder: FileOrder;

  /**
   * Row i says where the record of keys[i] begins. Takes the arrays over.
   * @throws RecordError where a key or an offset is there twice; `path` is the file that the rows are from.
   */
  constructor(keys: Float64Array, offsets: Offsets, path: string) {
    [this.keys, this.offsets] = sortedByKey(keys, offsets);
    for (let i = 1; i < this.keys.length; i++) {
      if (this.keys[i] !== this.keys[i - 1]) continue;
      throw new RecordError(`${path}: key ${this.keys[i]} is there twice; delete the index to have it rebuilt.`, {
        file: path,
      });
    }
    this.fileOrder = new FileOrder(this.offsets);
    for (let rank = 1; rank < this.fileOrder.length; rank++) {
      if (this.fileOrder.offsetAt(rank) !== this.fileOrder.offsetAt(rank - 1)) continue;
      const [one, other] = [rank - 1, rank].map((rank) => this.keys[this.fileOrder.rowAt(rank)]);
      const found = `keys ${one} and ${other} are said to begin at the same byte`;
      throw new RecordError(`${path}: ${found}; delete the index to have it rebuilt.`, { file: path });
    }
  }

  get length(): number {
    return this.keys.length;
  }

  /** Row of `key`, or −1. */
  rowOf(key: number): number {
    return binarySearch(this.keys, key);
  }

  /** Where the record after that of row `row` begins, or `end` where it is the last of the file. */
  nextOffset(row: number, end: number): number {
    const rank = this.fileOrder.rankOf(row) + 1;
    return rank < this.length ? this.fileOrder.offsetAt(rank) : end;
  }

  without(row: number, path: string): RecordIndex {
    const kept = Uint32Array.from({ length: this.length - 1 }, (_, i) => (i < row ? i : i + 1));
    return new RecordIndex(...rows(kept, this.keys, this.offsets), path);
  }
}

/** face2rec2 writes keys 1 … N, 0, N + 1 …: that is sorted in place. Any other order takes a copy. */
function sortedByKey(keys: Float64Array, offsets: Offsets): [Float64Array, Offsets] {
  const descent = firstDescent(keys);
  if (descent === keys.length) return [keys, offsets];
  const key = keys[descent]!;
  if (key < keys[0]!) {
    keys.copyWithin(1, 0, descent);
    keys[0] = key;
    offsets.moveToFront(descent);
    if (firstDescent(keys) === keys.length) return [keys, offsets];
  }
  return rows(
    ascendingOrder(keys.length, (i) => keys[i]!),
    keys,
    offsets,
  );
}

function firstDescent(values: Float64Array): number {
  let i = 1;
  while (i < values.length && values[i]! >= values[i - 1]!) i++;
  return Math.min(i, values.length);
}

function rows(order: Uint32Array, keys: Float64Array, offsets: Offsets): [Float64Array, Offsets] {
  const orderedKeys = new Float64Array(order.length);
  const orderedOffsets = new Offsets(order.length);
  for (let i = 0; i < order.length; i++) {
    orderedKeys[i] = keys[order[i]!]!;
    orderedOffsets.set(i, offsets.at(order[i]!));
  }
  return [orderedKeys, orderedOffsets];
}
