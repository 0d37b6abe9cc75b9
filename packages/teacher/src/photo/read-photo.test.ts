import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { noise } from '../../test/noise.js';
import { temporaryFolder } from '../../test/tiny-models.js';
import { PhotoError } from './photo-error.js';
import { readPhoto } from './read-photo.js';

const image = noise(23, 17);
const raw = { raw: { width: 23, height: 17, channels: 3 as const } };
const png = () => sharp(image.data, raw).png();

describe('a photograph', () => {
  test('is the same from a file, from bytes and from pixels', async () => {
    const path = join(await temporaryFolder(), 'photo.png');
    await writeFile(path, await png().toBuffer());
    for (const photo of [path, await png().toBuffer(), image])
      expect(await readPhoto(photo)).toEqual({ ...image, data: expect.anything() as Uint8Array });
    expect(Buffer.from((await readPhoto(path)).data).equals(image.data)).toBe(true);
  });

  test('may be a PGM, or a JPEG with oddities that harm no pixel; one with a hole in its data is refused', async () => {
    const pgm = Buffer.concat([Buffer.from('P5 23 17 255\n'), image.data.subarray(0, 23 * 17)]);
    const grey = await readPhoto(pgm);
    expect([...grey.data.subarray(0, 3)]).toEqual([image.data[0], image.data[0], image.data[0]]);
    const jpeg = await sharp(image.data, raw).jpeg().toBuffer();
    const odd = Buffer.concat([
      jpeg.subarray(0, 2),
      Buffer.of(7),
      jpeg.subarray(2, -2),
      Buffer.of(0, 0),
      jpeg.subarray(-2),
    ]);
    expect(await readPhoto(odd)).toEqual(await readPhoto(jpeg));
    const long = Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(200), jpeg.subarray(-2)]);
    await expect(readPhoto(long)).rejects.toThrow('200 bytes of no meaning');
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('of EXIF orientation %d is upright', async (orientation) => {
    const stored = await png().withMetadata({ orientation }).toBuffer();
    const { data, width, height } = await readPhoto(stored);
    const isTurned = orientation >= 5;
    expect([width, height]).toEqual(isTurned ? [17, 23] : [23, 17]);
    // EXIF 2.32, 4.6.5: where the stored picture's first row and first column are, seen upright.
    for (const [x, y] of [
      [0, 0],
      [22, 0],
      [0, 16],
      [5, 11],
    ] as const) {
      const [u, v] = {
        1: [x, y],
        2: [22 - x, y],
        3: [22 - x, 16 - y],
        4: [x, 16 - y],
        5: [y, x],
        6: [16 - y, x],
        7: [16 - y, 22 - x],
        8: [y, 22 - x],
      }[orientation]! as [number, number];
      expect([...data.subarray((v * width + u) * 3, (v * width + u) * 3 + 3)]).toEqual([
        ...image.data.subarray((y * 23 + x) * 3, (y * 23 + x) * 3 + 3),
      ]);
    }
  });

  test('of 16 bits is that of their upper 8', async () => {
    const sixteen = await sharp(
      Uint16Array.from(image.data, (byte) => byte * 257),
      { raw: { ...raw.raw } },
    )
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(sixteen).metadata()).depth).toBe('ushort');
    const { data } = await readPhoto(sixteen);
    for (let i = 0; i < data.length; i++) expect(Math.abs(data[i]! - image.data[i]!)).toBeLessThanOrEqual(1);
  });

  test('of 16 bits in grey is that of their upper 8, three times', async () => {
    const grey = await sharp(
      Uint16Array.from(image.data.subarray(0, 23 * 17), (byte) => byte * 257),
      { raw: { width: 23, height: 17, channels: 1 } },
    )
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(grey).metadata()).depth).toBe('ushort');
    const { data } = await readPhoto(grey);
    for (let i = 0; i < data.length; i++)
      expect(Math.abs(data[i]! - image.data[Math.floor(i / 3)]!)).toBeLessThanOrEqual(1);
  });

  test('in grey has three equal channels', async () => {
    const grey = await sharp(image.data.subarray(0, 23 * 17), { raw: { width: 23, height: 17, channels: 1 } })
      .png()
      .toBuffer();
    const { data } = await readPhoto(grey);
    for (let i = 0; i < data.length; i++) expect(data[i]).toBe(image.data[Math.floor(i / 3)]);
  });

  test('that is transparent lies on black', async () => {
    const half = await sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 200, g: 100, b: 50, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    const { data } = await readPhoto(half);
    [100, 50, 25].forEach((value, channel) => expect(Math.abs(data[channel]! - value)).toBeLessThanOrEqual(1));
  });

  test('in CMYK is converted: white paper is white, not black', async () => {
    const cmyk = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const { data } = await readPhoto(cmyk);
    expect(Math.min(...data)).toBeGreaterThan(240);
  });

  test('with a colour profile is converted by it, or, where that is asked for, its numbers are taken as OpenCV takes them', async () => {
    const red = await sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 200, g: 30, b: 30 } } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const stored = await sharp(red, { ignoreIcc: true }).raw().toBuffer();
    const [applied, ignored] = [await readPhoto(red), await readPhoto(red, { colourProfiles: 'ignore' })];
    expect([...ignored.data.subarray(0, 3)]).toEqual([...stored.subarray(0, 3)]);
    expect(Math.abs(stored[0]! - 200)).toBeGreaterThan(5); // Display P3 has other numbers for this red
    [200, 30, 30].forEach((value, i) => expect(Math.abs(applied.data[i]! - value)).toBeLessThanOrEqual(3));
    await expect(readPhoto(red, { colourProfiles: 'keep' as never })).rejects.toThrow(/expected apply or ignore/);
  });

  test.each(['jpeg', 'webp', 'avif', 'tiff', 'gif'] as const)(
    'as %s has its size and three channels',
    async (format) => {
      const { data, width, height } = await readPhoto(await sharp(image.data, raw).toFormat(format).toBuffer());
      expect([width, height, data.length]).toEqual([23, 17, 23 * 17 * 3]);
    },
  );
});

describe('what is not a photograph is refused by name, in one sentence', () => {
  const refusal = async (photo: Parameters<typeof readPhoto>[0]) => {
    const error = (await readPhoto(photo).catch((reason: unknown) => reason)) as Error;
    expect(error).toBeInstanceOf(PhotoError);
    expect(error.message).not.toContain('\n');
    return error.message;
  };

  test('a file that is not there', async () =>
    expect(await refusal('/no/such/photo.jpg')).toBe('/no/such/photo.jpg cannot be read (ENOENT); check the path.'));
  test('an empty file', async () => expect(await refusal(new Uint8Array(0))).toMatch(/is empty/));
  test('text', async () =>
    expect(await refusal(Buffer.from('P5 hello'))).toMatch(/\(8 bytes\) is not a whole picture/));
  test('a picture that was cut short', async () => {
    const whole = await png().toBuffer();
    expect(await refusal(whole.subarray(0, whole.length / 2))).toMatch(/not a whole picture/);
  });
  test('pixels that do not fill the stated size', async () =>
    expect(await refusal({ ...image, width: 24 })).toBe(
      'A picture of 24×17 pixels came with 1173 bytes; expected RGB, width·height·3.',
    ));
  test('a few bytes that announce a picture of 65,000 by 65,000', async () => {
    const bomb = await sharp(image.data, raw).png().toBuffer();
    bomb.writeUInt32BE(65_000, 16);
    bomb.writeUInt32BE(65_000, 20);
    expect(await refusal(bomb)).toMatch(/not a whole picture|pixel/i);
  });
});
