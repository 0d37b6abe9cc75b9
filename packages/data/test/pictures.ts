// Small pictures of known content, and sharp's own decoding of an encoded one to hold the package's against.
import sharp, { type Sharp } from 'sharp';

export const SIDE = 112;

/** Smooth, with a different course in each channel and for each seed: JPEG keeps it nearly as it is. */
export function picturePixels(seed = 0, width = SIDE, height = SIDE): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      pixels[at] = 40 + (150 * x) / width + 10 * Math.sin(seed);
      pixels[at + 1] = 200 - (150 * y) / height + 10 * Math.cos(seed);
      pixels[at + 2] = 60 + 40 * Math.sin(x / 17 + y / 23 + seed);
    }
  }
  return pixels;
}

export const picture = (seed = 0, width = SIDE, height = SIDE): Sharp =>
  sharp(picturePixels(seed, width, height), { raw: { width, height, channels: 3 } });

export const plain = (red: number, green: number, blue: number): Sharp =>
  sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r: red, g: green, b: blue } } });

export const jpegOf = (seed: number): Promise<Buffer> => picture(seed).jpeg({ quality: 95 }).toBuffer();

/** The bytes as they are in the file, no conversion asked for. */
export const rawDecode = (image: Uint8Array): Promise<Buffer> => sharp(image).raw().toBuffer();
