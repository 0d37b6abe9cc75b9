import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { picture, picturePixels, plain, rawDecode, SIDE } from '../../test/pictures.js';
import { RecordError } from '../errors.js';
import { decodeImage } from './decode-image.js';
import { IMAGE_BYTES, IMAGE_SIZE } from './image-size.js';

const decode = async (image: Uint8Array | Promise<Uint8Array>) => decodeImage(await image, 'train.rec key 7');
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
const pixel = (bytes: Uint8Array, x: number, y: number) => [
  ...bytes.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3),
];

describe('an image of 112×112', () => {
  test('is 37,632 bytes', () => {
    expect([IMAGE_SIZE, IMAGE_BYTES]).toEqual([112, 37_632]);
  });

  test.each([
    ['baseline', { quality: 95 }],
    ['progressive', { quality: 95, progressive: true }],
    ['without chroma subsampling', { quality: 90, chromaSubsampling: '4:4:4' }],
  ])('as a JPEG (%s) is sharp’s own decoding, byte for byte', async (_, options) => {
    const jpeg = await picture().jpeg(options).toBuffer();
    expect((await rawDecode(jpeg)).equals(await decode(jpeg))).toBe(true);
    // JPEG at these qualities is this near to what was drawn, so that decoder and reference are not wrong together.
    expect(largestDifference(await decode(jpeg), picturePixels())).toBeLessThan(24);
  });

  test.each([
    ['PNG', () => picture().png()],
    ['PNG with a palette-free alpha of 1', () => picture().ensureAlpha(1).png()],
    ['WebP, lossless', () => picture().webp({ lossless: true })],
  ])('as a %s is exactly what was drawn', async (_, make) => {
    expect(await decode(make().toBuffer())).toEqual(Buffer.from(picturePixels()));
  });

  test('is RGB, not BGR, rows from the top', async () => {
    const [red, blue] = [
      await decode(plain(250, 5, 5).jpeg().toBuffer()),
      await decode(plain(5, 5, 250).jpeg().toBuffer()),
    ];
    expect(largestDifference(pixel(red, 3, 9), [250, 5, 5])).toBeLessThan(4); // JPEG's own loss on a plain colour is 1 or 2
    expect(largestDifference(pixel(blue, 3, 9), [5, 5, 250])).toBeLessThan(4);
    const rows = await decode(picture().png().toBuffer());
    expect(pixel(rows, 100, 2)).toEqual([...picturePixels().subarray((2 * SIDE + 100) * 3, (2 * SIDE + 100) * 3 + 3)]);
  });

  test.each([
    ['JPEG', 8, () => picture().toColourspace('b-w').jpeg({ quality: 95 })],
    ['PNG', 8, () => picture().toColourspace('b-w').png()],
    ['PNG', 16, () => picture().toColourspace('grey16').png()],
  ])('in grey, as %s of %i bits, has three equal channels', async (_, bits, make) => {
    const file = await make().toBuffer();
    expect((await sharp(file).metadata()).channels).toBe(1);
    const grey = Array.from(await sharp(file).toColourspace('b-w').raw().toBuffer());
    expect(Math.max(...grey) - Math.min(...grey)).toBeGreaterThan(50); // there is a picture
    // 16 bits are rounded by sharp and cut by us, or the other way round.
    expect(
      largestDifference(
        await decode(file),
        grey.flatMap((value) => [value, value, value]),
      ),
    ).toBeLessThanOrEqual(bits === 16 ? 1 : 0);
  });

  test.each([
    [128, 128, 128],
    [180, 140, 120],
    [60, 50, 45],
    [235, 220, 210],
  ])('in CMYK is converted to the same colour: %i, %i, %i', async (...colour) => {
    const file = await plain(...colour)
      .toColourspace('cmyk')
      .jpeg({ quality: 95 })
      .toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    const bytes = await decode(file);
    expect(bytes.length).toBe(IMAGE_BYTES);
    // inks cannot be as dark; inverted, as Adobe's are, they would be 100 away
    expect(largestDifference(pixel(bytes, 50, 50), colour)).toBeLessThan(40);
  });

  test('with 16 bits a channel keeps the upper 8', async () => {
    const file = await picture().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(file).metadata()).depth).toBe('ushort');
    expect(largestDifference(await decode(file), picturePixels())).toBeLessThanOrEqual(1);
  });

  test('with a colour profile is converted to sRGB', async () => {
    const file = await plain(200, 90, 60).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer();
    const bytes = await decode(file);
    expect(largestDifference(pixel(bytes, 50, 50), [200, 90, 60])).toBeLessThan(5);
    // Read as if it had no profile it would be this far away.
    const asStored = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
    expect(largestDifference(pixel(asStored, 50, 50), [200, 90, 60])).toBeGreaterThan(8);
  });

  test('is not turned by its EXIF orientation', async () => {
    const [turned, plainJpeg] = await Promise.all([
      picture().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      picture().jpeg().toBuffer(),
    ]);
    expect((await sharp(turned).metadata()).orientation).toBe(6);
    expect(await decode(turned)).toEqual(await decode(plainJpeg));
  });

  test('that is transparent lies on black', async () => {
    const bytes = await decode(plain(200, 100, 50).ensureAlpha(0.5).png().toBuffer());
    expect(largestDifference(pixel(bytes, 50, 50), [100, 50, 25])).toBeLessThanOrEqual(1);
  });
});

describe('an image of another size', () => {
  test.each([
    [1, 1],
    [224, 224],
    [96, 112],
    [640, 480],
    [30, 200],
  ])('%i×%i becomes 112×112', async (width, height) => {
    const bytes = await decode(picture(0, width, height).png().toBuffer());
    expect(bytes.length).toBe(IMAGE_BYTES);
  });

  test('is cut to its centre, not squeezed', async () => {
    const third = (background: string, left: number) => ({
      input: { create: { width: 112, height: 112, channels: 3 as const, background } },
      left,
      top: 0,
    });
    const wide = sharp({ create: { width: 336, height: 112, channels: 3, background: '#0f0' } }).composite([
      third('#f00', 0),
      third('#00f', 224),
    ]);
    const bytes = await decode(wide.png().toBuffer());
    for (const [x, y] of [
      [0, 0],
      [111, 0],
      [56, 56],
      [0, 111],
      [111, 111],
    ] as const)
      expect(pixel(bytes, x, y)).toEqual([0, 255, 0]);
  });

  test('of more than 67 megapixels is refused', async () => {
    const huge = await sharp({ create: { width: 12_000, height: 6000, channels: 3, background: 'black' } })
      .png()
      .toBuffer();
    await expect(decode(huge)).rejects.toThrow('exceeds pixel limit');
  });
});

describe('what is not a whole image is a RecordError, never a black picture', () => {
  test('a JPEG cut anywhere', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    for (let cut = 0; cut < jpeg.length; cut += 97) {
      await expect(decode(jpeg.subarray(0, cut)), `${cut} of ${jpeg.length} bytes`).rejects.toThrow(RecordError);
    }
    await expect(decode(jpeg.subarray(0, jpeg.length - 1))).rejects.toThrow(
      'train.rec key 7: the image cannot be decoded (the JPEG is cut short',
    );
  });

  test('a PNG cut in half', async () => {
    const png = await picture().png().toBuffer();
    await expect(decode(png.subarray(0, png.length / 2))).rejects.toThrow(RecordError);
  });

  test.each([
    ['nothing', ''],
    ['an HTML page', '<!doctype html><html><title>Sign in</title></html>'],
    ['zeros', '\0'.repeat(5000)],
    ['an identity record’s labels', '\0\0\x80?\0\0\0@'],
  ])('%s', async (_, text) => {
    const error = await decode(Buffer.from(text, 'latin1')).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RecordError);
    expect((error as Error).message).toMatch(
      /^train\.rec key 7: the image cannot be decoded \(.+\); replace or remove it\.$/,
    );
  });
});
