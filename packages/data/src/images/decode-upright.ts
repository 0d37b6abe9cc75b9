// A photograph of any size as it is meant to be seen.
import type { Sharp } from 'sharp';
import { decodePicture } from '@lin/files/pictures';
import { MAX_PIXELS, reasonOf, undecodable } from './decode-image.js';

export interface RgbImage {
  /** [height, width, 3], rows from the top. */
  data: Uint8Array;
  width: number;
  height: number;
}

/** @throws RecordError, beginning with `where`, for what is no whole image. */
export async function decodeUpright(bytes: Buffer, where: string): Promise<RgbImage> {
  try {
    const { data, info } = await upright(bytes, (picture) => picture.raw().toBuffer({ resolveWithObject: true }));
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw undecodable(where, reasonOf(error));
  }
}

/** What `use` makes of it turned as EXIF says, laid on black where it is transparent, in sRGB. @throws Error with libvips' words. */
export const upright = <T>(bytes: Buffer, use: (picture: Sharp) => Promise<T>): Promise<T> =>
  decodePicture(bytes, { limitInputPixels: MAX_PIXELS }, (picture) =>
    use(picture.autoOrient().flatten({ background: 'black' }).toColourspace('srgb')),
  );
