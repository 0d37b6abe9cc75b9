// A picture file to sharp, by the one rule of this repository: what harms no pixel is accepted, what lost a part of the picture is refused.
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { withoutOddities } from './jpeg-oddities.js';

import { readNetpbm } from './netpbm.js';

export { withoutOddities };

export interface DecodePictureOptions extends Pick<SharpOptions, 'sequentialRead' | 'ignoreIcc'> {
  /** More are refused: a file of a few KB can announce any number. */
  limitInputPixels: number;
}

/**
 * What `use` makes of the picture. Any format that sharp reads, PGM and PPM; JPEGs with oddities (jpeg-oddities.ts) as if they had none.
 * A JPEG's data are read to their end first: a decoder that scales or cuts passes over what is missing, and libvips does in the last rows.
 * @throws Error, in the decoder's words, for what is no whole picture.
 */
export async function decodePicture<T>(
  bytes: Uint8Array,
  options: DecodePictureOptions,
  use: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const netpbm = readNetpbm(bytes, options.limitInputPixels);
  if (netpbm) {
    const { data, width, height, channels } = netpbm;
    return use(sharp(data, { raw: { width, height, channels } }));
  }
  return use(sharp(withoutOddities(bytes), options));
}

export interface PictureMetadata extends Omit<Metadata, 'format'> {
  /** As sharp names it, or "pgm" or "ppm". */
  format: string;
}

/** What the file says of itself, which decodes nothing. @throws Error for what is no picture. */
export async function describePicture(bytes: Uint8Array, maxPixels = Infinity): Promise<PictureMetadata> {
  const netpbm = readNetpbm(bytes, maxPixels);
  if (!netpbm) return sharp(withoutOddities(bytes)).metadata();
  const { data, width, height, channels } = netpbm;
  const metadata = await sharp(data, { raw: { width, height, channels } }).metadata();
  return { ...metadata, format: channels === 1 ? 'pgm' : 'ppm' };
}
