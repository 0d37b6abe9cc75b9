// An encoded image to 112×112 RGB bytes, by sharp on libuv's threads: the JS thread never decodes.
import sharp from 'sharp';
import { decodePicture } from '@lin/files/pictures';
import { RecordError, type Place } from '../errors.js';
import { IMAGE_SIZE } from './image-size.js';

/** 67 megapixels: a file of a few KB can announce thousands of times that number, and take as long. */
export const MAX_PIXELS = 2 ** 26;

// Many small images: parallel over images, not inside one.
sharp.concurrency(1);
sharp.cache(false);

/**
 * RGB bytes [112, 112, 3]; grey becomes three equal channels, CMYK is converted, transparency is laid on black, another size is scaled to
 * cover 112×112 and cut to its centre.
 * @throws RecordError, beginning with `where`, when the bytes are not a whole image. Never a black picture instead.
 */
export async function decodeImage(image: Uint8Array, where: string): Promise<Uint8Array> {
  return decodeBySharp(image).catch((error: unknown) => {
    throw undecodable(where, reasonOf(error));
  });
}

/** @throws Error with libvips' words. */
export async function decodeBySharp(image: Uint8Array): Promise<Uint8Array> {
  const { data, info } = await decodePicture(image, { sequentialRead: true, limitInputPixels: MAX_PIXELS }, (picture) =>
    picture.resize(IMAGE_SIZE, IMAGE_SIZE, { fit: 'cover' }).flatten().raw().toBuffer({ resolveWithObject: true }),
  );
  if (info.channels !== 3) throw new Error(`${info.channels} channels`);
  return data;
}

export const reasonOf = (error: unknown) => (error as Error).message.split('\n')[0]!;

/** The error about an image whose record is whole. */
export function undecodable(where: string, reason: string, place?: Place): RecordError {
  return new RecordError(`${where}: the image cannot be decoded (${reason}); replace or remove it.`, place);
}
