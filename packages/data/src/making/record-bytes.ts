// How large some records of a set are, about: for asking whether there is room.
import { stat } from 'node:fs/promises';
import type { RecordSet } from '../records/record-set.js';

/** So many images at the set's mean size, which is known without reading them. */
export async function recordBytes(
  { path, imageCount }: Pick<RecordSet, 'path' | 'imageCount'>,
  images: number,
): Promise<number> {
  return Math.ceil(((await stat(path)).size * images) / imageCount);
}
