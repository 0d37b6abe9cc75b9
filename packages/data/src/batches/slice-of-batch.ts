// Which images of a batch are one process's, and which it has to read for that.
import type { Slice } from './epoch-plan.js';

export class SliceOfBatch {
  /** Images of it. */
  readonly size: number;
  /**
   * Images of each batch that are read: the slice's own; or all, where damaged ones are skipped, since what takes their places depends on
   * every image before.
   */
  readonly read: number;
  private readonly first: number;

  constructor(
    private readonly batchSize: number,
    { index, count }: Slice = { index: 0, count: 1 },
    onCorrupt: 'error' | 'skip',
  ) {
    this.size = batchSize / count;
    this.first = index * this.size;
    this.read = onCorrupt === 'skip' ? batchSize : this.size;
  }

  /** Whether it has the batch's image of this number, from 0. */
  has(number: number): boolean {
    return number >= this.first && number < this.first + this.size;
  }

  reads(number: number): boolean {
    return this.read === this.batchSize || this.has(number);
  }

  /** How many images of the batch are read before this one. */
  readBefore(number: number): number {
    return this.read === this.batchSize ? number : number - this.first;
  }

  /** Of all images, counted from the first batch's first, the one that is read as number `read`. */
  imageOf(read: number): number {
    if (this.read === this.batchSize) return read;
    return Math.floor(read / this.size) * this.batchSize + this.first + (read % this.size);
  }
}
