import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { jpegOf, picture, picturePixels, rawDecode, SIDE } from '../../test/pictures.js';
import { DataOptionError, RecordError } from '../errors.js';
import type { RgbImage } from '../images/decode-upright.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { prepareImage } from './prepare-image.js';

const where = 'a/1.jpg';
const meanDifference = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

async function prepared(image: Sharp | Buffer, options = {}) {
  const jpeg = await prepareImage(Buffer.isBuffer(image) ? image : await image.toBuffer(), where, options);
  return { jpeg: jpeg!, pixels: await rawDecode(jpeg!), metadata: await sharp(jpeg!).metadata() };
}

describe('an image that is prepared', () => {
  test.each([
    ['colour JPEG', () => picture(1).jpeg({ quality: 95 })],
    ['JPEG of low quality', () => picture(2).jpeg({ quality: 30 })],
    ['grey JPEG', () => picture(3).greyscale().jpeg()],
    ['progressive JPEG', () => picture(4).jpeg({ progressive: true })],
    ['JPEG of orientation 1', () => picture(4).jpeg().withMetadata({ orientation: 1 })],
  ])('stays byte for byte where it is a 112×112 %s', async (_, make) => {
    const bytes = await make().toBuffer();
    expect((await prepareImage(bytes, where))!.equals(bytes)).toBe(true);
  });

  test.each([
    ['PNG', () => picture(1).png()],
    ['WebP', () => picture(1).webp({ lossless: true })],
    ['TIFF', () => picture(1).tiff()],
    ['AVIF', () => picture(1).avif({ quality: 95 })],
    ['GIF', () => picture(1).gif()],
    ['16-bit PNG', () => picture(1).toColourspace('rgb16').png()],
    ['CMYK JPEG', () => picture(1).toColourspace('cmyk').jpeg({ quality: 95 })],
  ])('becomes a 112×112 JPEG of the same picture from %s', async (name, make) => {
    const { pixels, metadata } = await prepared(make());
    expect(metadata).toMatchObject({
      format: 'jpeg',
      width: SIDE,
      height: SIDE,
      channels: 3,
      chromaSubsampling: '4:2:0',
    });
    expect(metadata.icc).toBeUndefined();
    // Quality 95 alone changes such a smooth picture by 1 of 255 in the mean; a palette and CMYK's inks by more.
    expect(meanDifference(pixels, picturePixels(1))).toBeLessThan(name === 'CMYK JPEG' ? 14 : name === 'GIF' ? 5 : 2);
  });

  test('is scaled to cover the square and cut to its centre', async () => {
    const wide = sharp(picturePixels(5, 448, 224), { raw: { width: 448, height: 224, channels: 3 } });
    const centre = await wide
      .clone()
      .extract({ left: 112, top: 0, width: 224, height: 224 })
      .resize(112, 112)
      .raw()
      .toBuffer();
    expect(meanDifference((await prepared(wide.png())).pixels, centre)).toBeLessThan(2);
    const small = await prepared(picture(6, 40, 60).png());
    expect(small.metadata).toMatchObject({ width: SIDE, height: SIDE });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is turned upright from EXIF orientation %i, also where it is 112×112',
    async (orientation) => {
      // The stored picture is what a camera of that orientation would have stored of an upright one: the inverse of TIFF 6.0's table.
      const isMirrored = [2, 4, 5, 7].includes(orientation);
      const angle = [0, 0, 180, 180, 90, 270, 270, 90][orientation - 1]!;
      const turned = await picture(7).rotate(angle).png().toBuffer();
      const stored = await sharp(turned)
        .flop(isMirrored)
        .jpeg({ quality: 98 })
        .withMetadata({ orientation })
        .toBuffer();
      const { pixels, metadata } = await prepared(stored);
      expect(meanDifference(pixels, picturePixels(7))).toBeLessThan(3);
      expect(metadata.orientation ?? 1).toBe(1);
    },
  );

  test('is laid on black where it is transparent', async () => {
    const { pixels } = await prepared(
      sharp({
        create: { width: 200, height: 200, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
      }).png(),
    );
    expect(Math.max(...pixels)).toBeLessThan(3);
  });

  test('has the quality and chroma that are asked for', async () => {
    const [best, worst] = [
      await prepared(picture(8).png(), { quality: 100, chroma: '4:4:4' }),
      await prepared(picture(8).png(), { quality: 20 }),
    ];
    expect(best.metadata.chromaSubsampling).toBe('4:4:4');
    expect(worst.jpeg.length).toBeLessThan(best.jpeg.length / 2);
  });

  test.each([
    ['cut short', async () => (await jpegOf(1)).subarray(0, -200)],
    ['a PNG cut short', async () => (await picture(1).png().toBuffer()).subarray(0, 3000)],
    ['HTML', async () => Buffer.from('<!doctype html><title>404</title>')],
    ['empty', async () => Buffer.alloc(0)],
  ])('is a RecordError that names the file where it is %s', async (_, bytes) => {
    await expect(prepareImage(await bytes(), where)).rejects.toThrow(RecordError);
    await expect(prepareImage(await bytes(), where)).rejects.toThrow(/^a\/1\.jpg: the image cannot be decoded/);
    await expect(prepareImage(await bytes(), where, { align: async () => null })).rejects.toThrow(RecordError);
  });
});

describe('an image that is aligned', () => {
  test('is given upright and whole, and what comes back is encoded', async () => {
    let seen: RgbImage | undefined;
    const face = picturePixels(9);
    const align = async (image: RgbImage) => {
      seen = image;
      return face;
    };
    const stored = await picture(1, 300, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { pixels } = await prepared(stored, { align });
    expect(seen).toMatchObject({ width: 200, height: 300 });
    expect(seen!.data.length).toBe(200 * 300 * 3);
    expect(meanDifference(pixels, face)).toBeLessThan(2);
  });

  test('is null where no face is found', async () => {
    expect(await prepareImage(await jpegOf(1), where, { align: async () => null })).toBeNull();
  });

  test.each([new Uint8Array(IMAGE_BYTES - 1), undefined, [1, 2, 3]])(
    'is a DataOptionError where the module gives %o',
    async (given) => {
      await expect(prepareImage(await jpegOf(1), where, { align: async () => given as Uint8Array })).rejects.toThrow(
        DataOptionError,
      );
    },
  );
});
