import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type JpegOptions, type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { withHole } from '../../test/holes.js';
import { decodePicture, describePicture } from './decode-picture.js';

const OPTIONS = { limitInputPixels: 2 ** 26 };

interface Picture {
  name: string;
  width: number;
  height: number;
  sha256: string;
  file: string;
}
/** What make_pictures.py made, and Pillow's pixels. */
const { pictures } = JSON.parse(await readFile(new URL('../../test/pictures.json', import.meta.url), 'utf8')) as {
  pictures: Picture[];
};

/** RGB, as it is stored. */
async function pixelsOf(bytes: Uint8Array) {
  const decoded = await decodePicture(bytes, OPTIONS, (picture) =>
    picture.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  const { data, info } = decoded;
  expect(info.channels).toBe(3);
  return { width: info.width, height: info.height, sha256: createHash('sha256').update(data).digest('hex') };
}

describe('what harms no pixel is accepted, with Pillow’s pixels', () => {
  test.each(pictures)('$name', async ({ file, width, height, sha256 }) => {
    expect(await pixelsOf(Buffer.from(file, 'base64'))).toEqual({ width, height, sha256 });
  });

  test('the bytes that were given are left as they were', async () => {
    const bytes = Buffer.from(pictures.find(({ name }) => name.startsWith('all at once'))!.file, 'base64');
    const before = Buffer.from(bytes);
    await pixelsOf(bytes);
    expect(bytes.equals(before)).toBe(true);
  });

  test.each([
    ['grey.pgm', 'pgm', 24, 18],
    ['colour.ppm', 'ppm', 20, 15],
    ['JFIF 2.1.jpg', 'jpeg', 112, 112],
    ['one byte before a table.jpg', 'jpeg', 112, 112],
  ])('%s is described as %s of %i×%i', async (name, format, width, height) => {
    const bytes = Buffer.from(pictures.find((picture) => picture.name === name)!.file, 'base64');
    expect(await describePicture(bytes)).toMatchObject({ format, width, height });
  });
});

const CASES = fileURLToPath(new URL('../../../../../shared/cases/faces/images', import.meta.url));
const noCases = existsSync(CASES) ? undefined : `${CASES} is not there`;
describe.skipIf(noCases)(`files with the oddities of real ones${noCases ? ` (SKIPPED: ${noCases})` : ''}`, async () => {
  const names = noCases ? [] : await readdir(CASES);
  const read = (name: string) => readFile(`${CASES}/${name}`);
  test.each(names.filter((name) => name.startsWith('b_')))('%s has the pixels of a_good.jpg', async (name) => {
    expect(await pixelsOf(await read(name))).toEqual(await pixelsOf(await read('a_good.jpg')));
  });
  test.each(names.filter((name) => name.startsWith('c_')))('%s is decoded', async (name) => {
    expect(await pixelsOf(await read(name))).toMatchObject({ width: 112, height: 112 });
  });
  test('a picture with a hole is refused, its source is not', async () => {
    await pixelsOf(await read('hole_source_600x400.jpg'));
    await expect(pixelsOf(await read('zero_hole_600x400.jpg'))).rejects.toThrow(
      /damaged|no picture has|end before its last pixel|past the end of a block/,
    );
  });
});

/** Of edges and textures, as faces have them. */
async function photograph(width: number, height: number): Promise<Sharp> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / 3), i % 3];
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const texture = (Math.imul(pixel, 2654435761) >>> 24) / 12;
    return 110 + 60 * Math.sin(x / 9 + channel) * Math.cos(y / 13) + ((x >> 4) + (y >> 4)) * 3 + texture;
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

describe('what lost a part of the picture is refused', () => {
  const kinds: [string, [number, number], JpegOptions][] = [
    ['112×112', [112, 112], { quality: 90 }],
    ['wide', [600, 200], { quality: 80 }],
    ['tall', [200, 600], { quality: 80 }],
    ['progressive', [300, 200], { quality: 80, progressive: true }],
    ['without chroma subsampling', [200, 300], { quality: 95, chromaSubsampling: '4:4:4' }],
  ];
  test.each(kinds)('a JPEG with a hole: %s', async (_, [width, height], options) => {
    const jpeg = await (await photograph(width, height)).jpeg(options).toBuffer();
    const whole = (await pixelsOf(jpeg)).sha256;
    const [refused, same, missed]: [string[], string[], string[]] = [[], [], []];
    for (const at of [0.01, 0.2, 0.5, 0.8, 0.95]) {
      for (const bytes of [64, 300, 2048]) {
        for (const fill of [0, 0x55, 0xff]) {
          const damaged = withHole(jpeg, { at, bytes, fill });
          if (!damaged) continue;
          const found = await pixelsOf(damaged).then(
            ({ sha256 }) => sha256,
            () => undefined,
          );
          (found === undefined ? refused : found === whole ? same : missed).push(`${bytes} of ${fill} at ${at}`);
        }
      }
    }
    // Of so few bytes, what other blocks happen to take: nothing in the file tells.
    expect(missed.filter((hole) => !hole.startsWith('64 '))).toEqual([]);
    expect(missed.length).toBeLessThan(2);
    expect(refused.length).toBeGreaterThan(15);
    expect(same).toEqual([]);
  });

  test('bytes that are left over behind the picture’s data, more than a camera pads', async () => {
    const jpeg = await (await photograph(112, 112)).jpeg({ quality: 90 }).toBuffer();
    const withTail = (bytes: number) =>
      Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(bytes, 0x5a), jpeg.subarray(-2)]);
    await pixelsOf(withTail(16));
    await expect(pixelsOf(withTail(17))).rejects.toThrow('17 bytes of no meaning');
  });

  test('more than a few bytes between the tables', async () => {
    const jpeg = await (await photograph(112, 112)).jpeg().toBuffer();
    const at = jpeg.indexOf(Buffer.of(0xff, 0xdb));
    const withStray = (bytes: number) => Buffer.concat([jpeg.subarray(0, at), Buffer.alloc(bytes), jpeg.subarray(at)]);
    await pixelsOf(withStray(16));
    await expect(pixelsOf(withStray(17))).rejects.toThrow('17 bytes of no meaning');
  });

  test.each([
    ['cut short', 'P5 4 4 255\n123'],
    ['of no height', 'P5 4 0 255\n'],
    ['with a maximum of 0', 'P5 1 1 0\n1'],
    ['with a maximum of 65,536', 'P6 1 1 65536\n123456'],
    ['of more pixels than are allowed', 'P5 100000 100000 255\n'],
    ['of words', 'P5 some words'],
    ['with a value above its maximum', 'P5 1 1 9\nz'],
    ['with letters among its numbers', 'P2 2 1 255\n1 x'],
    ['with fewer numbers than it says', 'P3 1 1 255\n1 2'],
  ])('a PGM or PPM %s', async (_, text) => {
    await expect(pixelsOf(Buffer.from(text, 'latin1'))).rejects.toThrow('netpbm: ');
    await expect(describePicture(Buffer.from(text, 'latin1'), OPTIONS.limitInputPixels)).rejects.toThrow('netpbm: ');
  });
});
