// A file that is read by position: no cursor, so that any number of readers share it.
import { close, constants, fstat, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { RecordError } from '../errors.js';

export interface RecordFile {
  readonly path: string;
  readonly size: number;
  /** Fills `target[from, …)` with the bytes at `position`, with some of them at least; 0 at the end of the file. */
  read(target: Uint8Array, from: number, position: number): Promise<number>;
}

/**
 * A RecordFile on disk. It calls `fs.read` with a callback, which takes about two thirds of the time of a FileHandle's promise.
 * @throws RecordError where it cannot be opened or is a folder.
 */
export async function openRecordFile(path: string): Promise<DiskFile> {
  const fd = await promisify(open)(path, constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => {
    throw new RecordError(`${path} cannot be opened (${error.code}).`, { file: path });
  });
  const stats = await promisify(fstat)(fd);
  const file = new DiskFile(path, stats.size, fd);
  if (stats.isFile()) return file;
  await file.close();
  throw new RecordError(`${path} is no file: expected RecordIO records.`, { file: path });
}

export class DiskFile implements RecordFile {
  private reading = 0;
  private closing: { done: Promise<void>; start: () => void } | undefined;

  constructor(
    readonly path: string,
    readonly size: number,
    private readonly fd: number,
  ) {}

  read(target: Uint8Array, from: number, position: number): Promise<number> {
    if (this.closing)
      return Promise.reject(
        new RecordError(`${this.path} was closed; open it again to read.`, { file: this.path, offset: position }),
      );
    this.reading++;
    return new Promise((resolve, reject) => {
      read(this.fd, target, from, target.length - from, position, (error, bytes) => {
        if (--this.reading === 0) this.closing?.start();
        if (error)
          reject(
            new RecordError(`${this.path} at byte ${position} cannot be read (${error.code}).`, {
              file: this.path,
              offset: position,
            }),
          );
        else resolve(bytes);
      });
    });
  }

  /** Once the reads under way have ended; calling it again is no mistake. */
  close(): Promise<void> {
    if (!this.closing) {
      const { promise, resolve, reject } = withResolvers();
      this.closing = { done: promise, start: () => close(this.fd, (error) => (error ? reject(error) : resolve())) };
      if (this.reading === 0) this.closing.start();
    }
    return this.closing.done;
  }
}

/** Fills `target` from `position`; the bytes there are fewer at the end of the file. */
export async function readInto(file: RecordFile, target: Buffer, position: number): Promise<Buffer> {
  let filled = 0;
  while (filled < target.length) {
    const bytes = await file.read(target, filled, position + filled);
    if (bytes === 0) return target.subarray(0, filled);
    filled += bytes;
  }
  return target;
}

/** Up to `length` bytes from `position`; fewer at the end of the file. */
export function readBytes(file: RecordFile, position: number, length: number): Promise<Buffer> {
  return readInto(file, Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, file.size - position))), position);
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers() {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((settle, fail) => {
    resolve = settle;
    reject = fail;
  });
  return { promise, resolve, reject };
}
