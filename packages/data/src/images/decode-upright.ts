// A photograph of any size as it is meant to be seen.
import sharp from 'sharp';
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
    const { data, info } = await upright(bytes).raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw undecodable(where, reasonOf(error));
  }
}

/** Turned as EXIF says, laid on black where it is transparent, in sRGB; not yet decoded. */
export const upright = (bytes: Buffer) =>
  sharp(bytes, { limitInputPixels: MAX_PIXELS }).autoOrient().flatten({ background: 'black' }).toColourspace('srgb');
