// Aligned crops from image files.
import { TeacherError } from '../errors.js';
import { readPhoto } from '../photo/read-photo.js';
import { IMAGE_LENGTH, INPUT_SIZE } from '../onnx/face-crop.js';

/** RGB bytes [paths.length, 112, 112, 3]. @throws TeacherError for a file that is no image, or of another size. */
export async function readCrops(paths: readonly string[]): Promise<Uint8Array> {
  const crops = new Uint8Array(paths.length * IMAGE_LENGTH);
  await Promise.all(paths.map(async (path, i) => crops.set(await readCrop(path), i * IMAGE_LENGTH)));
  return crops;
}

async function readCrop(path: string): Promise<Uint8Array> {
  const { data, width, height } = await readPhoto(path);
  if (width === INPUT_SIZE && height === INPUT_SIZE) return data;
  throw new TeacherError(
    `${path} has ${width}×${height} pixels; expected an aligned crop of ${INPUT_SIZE}×${INPUT_SIZE}. Analyse photographs instead: that finds and aligns the faces.`,
  );
}
