// A .rec in memory, read through the same interface as one on disk; it counts what is read and can answer in small pieces, as a pipe or a
// network disk may.
import type { RecordFile } from '../src/recordio/record-file.js';

export class MemoryFile implements RecordFile {
  readonly path: string;
  readonly size: number;
  reads = 0;
  bytesRead = 0;
  private readonly content: Uint8Array;
  private readonly mostPerRead: number;

  constructor(bytes: ArrayLike<number>, { path = 'memory.rec', mostPerRead = Infinity, size = bytes.length } = {}) {
    this.content = bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes);
    this.path = path;
    this.size = size;
    this.mostPerRead = mostPerRead;
  }

  read(target: Uint8Array, from: number, position: number): Promise<number> {
    const piece = this.content.subarray(position, position + Math.min(target.length - from, this.mostPerRead));
    target.set(piece, from);
    this.reads++;
    this.bytesRead += piece.length;
    return Promise.resolve(piece.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export const memoryFile = (bytes: ArrayLike<number>, options?: ConstructorParameters<typeof MemoryFile>[1]) =>
  new MemoryFile(bytes, options);
