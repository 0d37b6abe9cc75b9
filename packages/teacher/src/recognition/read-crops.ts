// Aligned crops from image files, as anything that sharp reads.
import sharp from 'sharp';
import { TeacherError } from '../errors.js';
import { IMAGE_LENGTH, INPUT_SIZE } from './inspect-recogniser.js';

/** RGB bytes [paths.length, 112, 112, 3]. @throws TeacherError for a file that is no image, or of another size. */
export async function readCrops(paths: readonly string[]): Promise<Uint8Array> {
  const crops = new Uint8Array(paths.length * IMAGE_LENGTH);
  await Promise.all(paths.map(async (path, i) => crops.set(await readCrop(path), i * IMAGE_LENGTH)));
  return crops;
}

async function readCrop(path: string): Promise<Uint8Array> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw new TeacherError(`${path} cannot be read as an image (${error.message.split('\n')[0]!.trim()}); give an aligned crop.`);
    });
  if (info.width === INPUT_SIZE && info.height === INPUT_SIZE && info.channels === 3) return data;
  throw new TeacherError(`${path} has ${info.width}×${info.height} pixels; expected an aligned crop of ${INPUT_SIZE}×${INPUT_SIZE}. Use analyze for photographs: it finds and aligns the faces.`);
}
