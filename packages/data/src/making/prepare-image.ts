// A photograph made into what a record holds: a 112×112 JPEG, upright, in sRGB; left as it is where it is one already.
import sharp, { type Sharp } from 'sharp';
import { describePicture } from '@lin/files/pictures';
import { DataOptionError, RecordError } from '../errors.js';
import { decodeImage, reasonOf, undecodable } from '../images/decode-image.js';
import { decodeUpright, upright, type RgbImage } from '../images/decode-upright.js';
import { IMAGE_BYTES, IMAGE_SIZE } from '../images/image-size.js';

/** Colour at half the resolution of brightness in both directions, as cv2 and so face2rec2 writes it, or at the full one. */
export type Chroma = '4:2:0' | '4:4:4';

/** Finds the face and gives it aligned, RGB [112, 112, 3]; null where there is none. */
export type AlignFunction = (image: RgbImage) => Promise<Uint8Array | null>;

export interface PrepareOptions {
  /** Of the JPEGs that are written, 1 … 100. */
  quality?: number;
  chroma?: Chroma;
  align?: AlignFunction | undefined;
}

export function checkPrepareOptions(operation: string, { quality = 95, chroma = '4:2:0' }: PrepareOptions): void {
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100))
    throw new DataOptionError(`${operation}: quality is ${quality}; expected an integer from 1 to 100.`);
  if (chroma !== '4:2:0' && chroma !== '4:4:4')
    throw new DataOptionError(`${operation}: chroma is ${String(chroma)}; expected 4:2:0 or 4:4:4.`);
}

/**
 * Without `align`: a grey or colour JPEG of 112×112 that no EXIF orientation turns is given back byte for byte, once it has been decoded
 * whole; any other image is turned as EXIF says, laid on black where it is transparent, scaled to cover 112×112, cut to its centre and
 * encoded. With `align`: what that makes of the upright picture is encoded. null where it finds no face.
 * @throws RecordError, beginning with `where`, for what is no whole image.
 */
export async function prepareImage(
  bytes: Buffer,
  where: string,
  { quality = 95, chroma = '4:2:0', align }: PrepareOptions = {},
): Promise<Buffer | null> {
  const encoded = (image: Sharp) => image.jpeg({ quality, chromaSubsampling: chroma }).toBuffer();
  if (align) {
    const aligned = await align(await decodeUpright(bytes, where));
    if (aligned === null) return null;
    if (!(aligned instanceof Uint8Array && aligned.length === IMAGE_BYTES)) {
      throw new DataOptionError(
        `The align module gave ${aligned?.length} bytes for ${where}; expected ${IMAGE_BYTES} (112×112 RGB), or null for no face.`,
      );
    }
    return encoded(sharp(aligned, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 } }));
  }
  try {
    if (await isFinished(bytes)) {
      await decodeImage(bytes, where);
      return bytes;
    }
    return await upright(bytes, (picture) => encoded(picture.resize(IMAGE_SIZE, IMAGE_SIZE, { fit: 'cover' })));
  } catch (error) {
    throw error instanceof RecordError ? error : undecodable(where, reasonOf(error));
  }
}

async function isFinished(bytes: Buffer): Promise<boolean> {
  const { format, width, height, channels, orientation = 1 } = await describePicture(bytes);
  return (
    format === 'jpeg' &&
    width === IMAGE_SIZE &&
    height === IMAGE_SIZE &&
    (channels === 1 || channels === 3) &&
    orientation === 1
  );
}
