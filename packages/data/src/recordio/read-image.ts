// An image's record, from where it lies in the file to the encoded image: for a RecordSet, and for threads that open the file for themselves.
import { readRecord } from './framing.js';
import { strangerError } from './id-count.js';
import { parseImageRecord } from './image-record.js';
import type { RecordFile } from './record-file.js';

export interface RecordPlace {
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
export function imageIn(payload: Buffer, path: string, { key, offset, idIsKey }: Omit<RecordPlace, 'next'>): Buffer {
  const { id, image } = parseImageRecord(payload, { path, offset, key });
  if (idIsKey && id !== key) throw strangerError(path, { key, offset });
  return image;
}
