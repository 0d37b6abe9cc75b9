// Reads the chunks of a windowed shuffle whole and before their images are asked for one by one: a hard disk then reads runs, and the
// images come from the page cache. What it reads it forgets; where it is late or fails, reading the image itself is only slower, or says
// what is wrong.
import type { RecordSet } from '../records/record-set.js';
import { CHUNK } from './epoch-order.js';

export interface ChunkReaderOptions {
  source: Pick<RecordSet, 'readThrough'>;
  /** Keys in the order of the file, of which chunk c is [48 c, 48 (c + 1)). */
  keys: Float64Array;
  /** Chunks in the order in which they are needed. */
  chunks: Uint32Array;
  /** Images from one end of a window to the other. */
  window: number;
}

export class ChunkReader {
  private next: number | undefined;
  private end = 0;
  private reading: Promise<void> | undefined;

  constructor(private readonly options: ChunkReaderOptions) {}

  /** The images around this place of the order are being read: gets the ones a window later. */
  passing(place: number): void {
    const { chunks, window } = this.options;
    this.next ??= Math.floor(place / CHUNK);
    this.end = Math.min(chunks.length, Math.ceil((place + window) / CHUNK));
    if (this.next < this.end) this.reading ??= this.read().finally(() => (this.reading = undefined));
  }

  async close(): Promise<void> {
    this.end = 0;
    await this.reading;
  }

  private async read(): Promise<void> {
    const { source, keys, chunks } = this.options;
    for (; this.next! < this.end; this.next!++) {
      const chunk = keys.subarray(chunks[this.next!]! * CHUNK, (chunks[this.next!]! + 1) * CHUNK);
      await source.readThrough(chunk[0]!, chunk.at(-1)!).catch(() => {});
    }
  }
}
