// Aligned crops one by one, from memory or from image files.
import { TeacherError } from '../errors.js';
import { CROP_BYTES, CROP_SIZE } from '../face-crop.js';
import { readPhoto } from '../photo/read-photo.js';
import type { Crops } from './teacher.js';

export interface CropSource {
  count: number;
  /** RGB bytes [112, 112, 3]. @throws TeacherError, in the promise, for a file that is not a picture, or of another size. */
  crop(position: number): Uint8Array | Promise<Uint8Array>;
  /** What messages call it; undefined where it has only its position. */
  nameOf(position: number): string | undefined;
}

/** @throws TeacherError for bytes that are not whole images. */
export function cropSourceOf(images: Crops): CropSource {
  if (typeof images === 'string') return cropFiles([images]);
  return images instanceof Uint8Array ? cropsInMemory(images) : cropFiles(images);
}

function cropsInMemory(images: Uint8Array): CropSource {
  const count = images.length / CROP_BYTES;
  if (!Number.isInteger(count)) {
    throw new TeacherError(
      `embed: ${images.length} bytes are not whole images of ${CROP_SIZE}×${CROP_SIZE}×3 bytes; pass RGB crops of that size.`,
    );
  }
  const crop = (i: number) => images.subarray(i * CROP_BYTES, (i + 1) * CROP_BYTES);
  return { count, crop, nameOf: () => undefined };
}

const cropFiles = (paths: readonly string[]): CropSource => ({
  count: paths.length,
  crop: (position) => readCrop(paths[position]!),
  nameOf: (position) => paths[position],
});

async function readCrop(path: string): Promise<Uint8Array> {
  const { data, width, height } = await readPhoto(path);
  if (width === CROP_SIZE && height === CROP_SIZE) return data;
  throw new TeacherError(
    `${path} has ${width}×${height} pixels; expected an aligned crop of ${CROP_SIZE}×${CROP_SIZE}. ` +
      'Analyse photographs instead: that finds and aligns the faces.',
  );
}
