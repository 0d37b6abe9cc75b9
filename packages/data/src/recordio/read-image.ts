// An image's record, from where it lies in the file to the encoded image: for a RecordSet, and for threads that open the file for
// themselves.
import { readRecord } from './framing.js';
import { strangerError } from './id-count.js';
import { parseImageRecord, type ImageRecord } from './image-record.js';
import type { RecordFile } from './record-file.js';
import type { RecordIndex } from './record-index.js';

export interface RecordPlace {
  /** Of the .rec. */
  path: string;
  key: number;
  /** Where the record begins, and where what follows it does. */
  offset: number;
  next: number;
  /** Whether the id in its header has to be its key. */
  idIsKey: boolean;
}

/** @throws RecordError where the record is damaged or another image's. */
export async function readImage(file: RecordFile, place: RecordPlace): Promise<Buffer> {
  const { payload } = await readRecord(file, place.offset, place.next);
  return imageIn(payload, file.path, place);
}

/** @throws RecordError */
export function imageIn(
  payload: Buffer,
  path: string,
  { key, offset, idIsKey }: Omit<RecordPlace, 'path' | 'next'>,
): Buffer {
  const { id, image } = parseImageRecord(payload, { path, offset, key });
  if (idIsKey && id !== key) throw strangerError(path, { key, offset });
  return image;
}

/** The record of a row of the index, whatever it is: image, identity or header. @throws RecordError where it is damaged. */
export async function readImageRecord(file: RecordFile, index: RecordIndex, row: number): Promise<ImageRecord> {
  const offset = index.offsets.at(row);
  const { payload } = await readRecord(file, offset, index.nextOffset(row, file.size));
  return parseImageRecord(payload, { path: file.path, offset, key: index.keys[row]! });
}
