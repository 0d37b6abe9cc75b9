// Which row of an index lies where in the file. Written by face2rec2, rows that ascend by key ascend by offset too, but for the header's
// (key 0, row 0), which lies behind the images: that takes no memory. Any other order takes 4 bytes a row.
import { ascendingOrder } from './ascending-order.js';
import type { Offsets } from './offsets.js';
import { countBelow } from './search.js';

export class FileOrder {
  /** Rows by offset, where they lie otherwise than face2rec2 writes them. */
  private readonly rows: Uint32Array | undefined;
  /** Else, how many rows lie before row 0. */
  private readonly beforeFirst: number;

  constructor(private readonly offsets: Offsets) {
    const ascends = ascendsFromRow1(offsets);
    this.rows = ascends ? undefined : ascendingOrder(offsets.length, (i) => offsets.at(i) / 4);
    this.beforeFirst = ascends ? countBelow(offsets.at(0), offsets.length - 1, (i) => offsets.at(i + 1)) : 0;
  }

  get length(): number {
    return this.offsets.length;
  }

  /** The row that is the `rank`-th in the file, from 0. */
  rowAt(rank: number): number {
    if (this.rows) return this.rows[rank]!;
    return rank < this.beforeFirst ? rank + 1 : rank === this.beforeFirst ? 0 : rank;
  }

  /** Whether rows from `row` on lie in the file in their own order. */
  ascendsFrom(row: number): boolean {
    return !this.rows && (row > 0 || this.beforeFirst === 0);
  }

  offsetAt(rank: number): number {
    return this.offsets.at(this.rowAt(rank));
  }

  /** How many rows lie before row `row`. */
  rankOf(row: number): number {
    if (!this.rows) return row === 0 ? this.beforeFirst : row <= this.beforeFirst ? row - 1 : row;
    return countBelow(this.offsets.at(row), this.length, (rank) => this.offsetAt(rank));
  }
}

function ascendsFromRow1(offsets: Offsets): boolean {
  for (let i = 2; i < offsets.length; i++) if (offsets.at(i) <= offsets.at(i - 1)) return false;
  return true;
}
