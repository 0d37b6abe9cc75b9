// A record set on disk that counts what is asked of it, for tests of who reads what and when.
import { setTimeout as sleep } from 'node:timers/promises';
import { openRecords } from '../src/records/open-records.js';
import type { RecordSet } from '../src/records/record-set.js';
import type { RecordPlace } from '../src/recordio/read-image.js';
import { assemble, insightFaceRecords, temporaryFolder, writeSet } from './hand-made-sets.js';
import { plain } from './pictures.js';

const encoded = new Map<number, Promise<Buffer>>();

export class CountingRecords {
  readonly path: string;
  readonly keys: Float64Array;
  readonly labels: Int32Array;
  /** Keys in the order in which their places were asked for, which is when their reads begin. */
  readonly begun: number[] = [];
  /** Keys that were read through, first and last of each run. */
  readonly runs: [number, number][] = [];

  private constructor(private readonly records: RecordSet) {
    this.path = records.path;
    this.keys = records.keys;
    this.labels = records.labels;
  }

  /**
   * Keys are 1 … count, each an identity of its own. The image of a key is plain in the colour [key, 255 − key, 7], so that its bytes say
   * which it is.
   */
  static async create(count: number, { damaged = [] as readonly number[] } = {}): Promise<CountingRecords> {
    const images = await Promise.all(Array.from({ length: count }, (_, i) => imageOf((i + 1) % 256)));
    const set = assemble(insightFaceRecords(images.map((image) => [image])));
    for (const key of damaged) set.rec.fill(0, set.rows[key - 1]!.offset, set.rows[key - 1]!.offset + 4); // its magic
    return new CountingRecords(await openRecords(await writeSet(await temporaryFolder(), set)));
  }

  placeOf(key: number): RecordPlace {
    this.begun.push(key);
    return this.records.placeOf(key);
  }

  positionOf(key: number): number {
    return this.records.positionOf(key);
  }

  offsetOf(key: number): number {
    return this.records.offsetOf(key);
  }

  inFileOrder(keys: Float64Array): Float64Array {
    return this.records.inFileOrder(keys);
  }

  async readThrough(first: number, last: number): Promise<void> {
    this.runs.push([first, last]);
    await sleep(1);
  }
}

export const labelOf = (key: number) => key - 1;

function imageOf(value: number): Promise<Buffer> {
  const image =
    encoded.get(value) ??
    plain(value, 255 - value, 7)
      .png()
      .toBuffer();
  encoded.set(value, image);
  return image;
}
