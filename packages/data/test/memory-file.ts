// A .rec in memory, read through the same interface as one on disk; it counts what is read and can answer in small pieces, as a pipe or a network disk may.
import type { RecordFile } from '../src/recordio/framing.js';

export interface MemoryFile extends RecordFile {
  reads: number;
  bytesRead: number;
}

export function memoryFile(bytes: ArrayLike<number>, { path = 'memory.rec', mostPerRead = Infinity, size = bytes.length } = {}): MemoryFile {
  const content = Uint8Array.from(bytes);
  const file = {
    path,
    size,
    reads: 0,
    bytesRead: 0,
    handle: {
      read(buffer: Uint8Array, offset: number, length: number, position: number) {
        const piece = content.subarray(position, position + Math.min(length, mostPerRead));
        buffer.set(piece, offset);
        file.reads++;
        file.bytesRead += piece.length;
        return Promise.resolve({ bytesRead: piece.length, buffer });
      },
    },
  };
  return file as unknown as MemoryFile;
}
