// A record set in memory that counts what is read from it, for tests of who reads what and when.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaceRecord } from '../src/record-set.js';
import { plain } from './pictures.js';

export class CountingRecords {
  readonly path = 'counting.rec';
  readonly keys: Float64Array;
  /** Keys in the order their reads began. */
  readonly begun: number[] = [];
  inFlight = 0;
  mostInFlight = 0;
  private readonly images = new Map<number, Promise<Buffer>>();

  /** Keys are 1 … count; `read` is awaited before each image is given. */
  constructor(
    count: number,
    private readonly beforeRead: (key: number) => Promise<void> = () => sleep(1),
  ) {
    this.keys = Float64Array.from({ length: count }, (_, i) => i + 1);
  }

  offsetOf(key: number): number {
    return 1000 * key;
  }

  /** Keys that were read through, first and last of each run. */
  readonly runs: [number, number][] = [];

  async readThrough(first: number, last: number): Promise<void> {
    this.runs.push([first, last]);
    await sleep(1);
  }

  inFileOrder(keys: Float64Array): Float64Array {
    return keys.slice().sort();
  }

  /** The image of a key is plain in the colour [key, 255 − key, 7], so that its bytes say which it is. */
  async read(key: number): Promise<FaceRecord> {
    this.begun.push(key);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await this.beforeRead(key);
      if (!this.images.has(key)) this.images.set(key, plain(key, 255 - key, 7).png().toBuffer());
      return { key, label: labelOf(key), image: await this.images.get(key)! };
    } finally {
      this.inFlight--;
    }
  }
}

export const labelOf = (key: number) => 1000 - key;
