// An encoded image to 112×112 RGB bytes, by sharp on libuv's threads: the JS thread never decodes.
import sharp from 'sharp';
import { RecordError } from '../errors.js';
import { IMAGE_SIZE } from './image-size.js';

/** 67 megapixels: a file of a few KB can announce thousands of times as many, and take as long. */
const MAX_PIXELS = 2 ** 26;

// Many small images: parallel over images, not inside one.
sharp.concurrency(1);
sharp.cache(false);

/**
 * RGB bytes [112, 112, 3]; grey becomes three equal channels, CMYK is converted, transparency is laid on black, another size is scaled to
 * cover 112×112 and cut to its centre.
 * @throws RecordError, beginning with `where`, when the bytes are not a whole image. Never a black picture instead.
 */
export async function decodeImage(image: Uint8Array, where: string): Promise<Uint8Array> {
  try {
    const { data, info } = await sharp(image, { sequentialRead: true, limitInputPixels: MAX_PIXELS })
      .resize(IMAGE_SIZE, IMAGE_SIZE, { fit: 'cover' })
      .flatten()
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels`);
    return data;
  } catch (error) {
    throw new RecordError(`${where}: the image cannot be decoded (${(error as Error).message.split('\n')[0]}); replace or remove it.`);
  }
}
