// Writes a verification pack that Python's pickle.load and InsightFace's load_bin read: protocol 4, images as bytes (pickletools.py).
import type { FileHandle } from 'node:fs/promises';
import { createFile } from '@lin/files';
import { DataOptionError, RecordError } from '../errors.js';

export interface WriteVerificationPackOptions {
  /** Encoded: pair i is images 2i and 2i + 1. Taken one at a time, so they need not be in memory together. */
  images: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Whether pair i shows one person. */
  same: readonly boolean[];
}

const WRITE_BYTES = 2 ** 20;

/**
 * The file appears whole, under its own name, or not at all.
 * @throws DataOptionError where there are not two images for each flag; RecordError where the file is there already, or another process is
 * writing it.
 */
export async function writeVerificationPack(
  path: string,
  { images, same }: WriteVerificationPackOptions,
): Promise<void> {
  await createFile(path, (file) => writePickle(file, images, same)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    if (error.path === path)
      throw new RecordError(`${path} is there already; remove it, or choose another name.`, { file: path });
    throw new RecordError(
      `${error.path} is there already: another process is writing it, or was killed while it did; if so, remove it.`,
      {
        file: error.path!,
      },
    );
  });
}

async function writePickle(
  handle: FileHandle,
  images: WriteVerificationPackOptions['images'],
  same: readonly boolean[],
): Promise<void> {
  let waiting: Uint8Array[] = [Buffer.from('\x80\x04](', 'latin1')]; // PROTO 4, EMPTY_LIST, MARK
  let waitingBytes = 0;
  let count = 0;
  const flush = async () => {
    await handle.writeFile(Buffer.concat(waiting)); // from where the last write ended
    waiting = [];
    waitingBytes = 0;
  };
  for await (const image of images) {
    waiting.push(bytesHeader(image.length), image);
    waitingBytes += image.length;
    count++;
    if (waitingBytes >= WRITE_BYTES) await flush();
  }
  if (count !== 2 * same.length) {
    throw new DataOptionError(
      `writeVerificationPack: there are ${count} images and ${same.length} flags; pass 2 images for each flag.`,
    );
  }
  const flags = same.map((flag) => (flag ? '\x88' : '\x89')).join(''); // NEWTRUE, NEWFALSE
  waiting.push(Buffer.from(`e](${flags}e\x86.`, 'latin1')); // APPENDS, EMPTY_LIST, MARK, …, APPENDS, TUPLE2, STOP
  await flush();
}

/** BINBYTES. */
function bytesHeader(length: number): Buffer {
  const header = Buffer.alloc(5, 'B');
  header.writeUInt32LE(length, 1);
  return header;
}
