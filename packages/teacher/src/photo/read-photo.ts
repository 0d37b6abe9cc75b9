// Any picture that sharp reads (JPEG, PNG, WebP, AVIF, TIFF, GIF, …) as upright 8-bit RGB. sharp decodes on libuv's threads.
import { readFile } from 'node:fs/promises';
import { decodePicture } from '@lin/files/pictures';
import { PhotoError } from './photo-error.js';
import type { RgbImage } from './rgb-image.js';

/** A file's path, its bytes, or pixels. */
export type Photo = string | Uint8Array | RgbImage;

export interface ReadPhotoOptions {
  /**
   * `apply` converts a photograph's colours by its profile to sRGB; `ignore` takes its numbers as they are, as OpenCV does: for galleries
   * that InsightFace's Python package enrolled. Without a profile both are the same.
   */
  colourProfiles?: 'apply' | 'ignore';
}

/** 134 megapixels, 400 MB decoded: a file of a few KB can announce any number. */
const MAX_PIXELS = 2 ** 27;
/** Of a file: more than any picture of MAX_PIXELS needs. */
const MAX_FILE_BYTES = 2 ** 30;

/**
 * Turned as EXIF says, in sRGB, 16 bits cut to 8, grey as three equal channels, CMYK converted, laid on black where it is transparent; the
 * first picture of several.
 * Pixels are given back as they are.
 * @throws PhotoError for a file that cannot be read or is not a whole picture, and for one of more than 134 megapixels.
 */
export async function readPhoto(photo: Photo, { colourProfiles = 'apply' }: ReadPhotoOptions = {}): Promise<RgbImage> {
  if (!['apply', 'ignore'].includes(colourProfiles))
    throw new PhotoError(`colourProfiles is ${String(colourProfiles)}; expected apply or ignore.`);
  if (typeof photo !== 'string' && 'data' in photo) return checkPixels(photo);
  const where = typeof photo === 'string' ? photo : `The picture (${photo.length} bytes)`;
  const bytes = typeof photo === 'string' ? await readBytes(photo) : photo;
  if (bytes.length === 0) throw new PhotoError(`${where} is empty; expected a JPEG, PNG, WebP or another picture.`);
  try {
    const options = { limitInputPixels: MAX_PIXELS, ignoreIcc: colourProfiles === 'ignore' };
    const { data, info } = await decodePicture(bytes, options, (picture) =>
      picture
        .autoOrient()
        .flatten({ background: 'black' })
        .toColourspace('srgb')
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true }),
    );
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw new PhotoError(
      `${where} is not a whole picture that can be read (${(error as Error).message.split('\n')[0]!.trim()}); ` +
        `replace it, or save it as JPEG or PNG of at most ${MAX_PIXELS / 1e6} megapixels.`,
    );
  }
}

async function readBytes(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new PhotoError(`${path} cannot be read (${error.code}); check the path.`);
  });
  if (bytes.length > MAX_FILE_BYTES)
    throw new PhotoError(`${path} has ${bytes.length} bytes; expected a picture of at most ${MAX_FILE_BYTES}.`);
  return bytes;
}

function checkPixels(image: RgbImage): RgbImage {
  const { data, width, height } = image;
  const isWhole =
    [width, height].every((side) => Number.isInteger(side) && side > 0) && data.length === width * height * 3;
  if (!isWhole)
    throw new PhotoError(
      `A picture of ${width}×${height} pixels came with ${data.length} bytes; expected RGB, width·height·3.`,
    );
  return image;
}
