import { spawnSync } from 'node:child_process';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { jpegOf, picture, plain, rawDecode } from '../../test/pictures.js';
import { decodeImage } from './decode-image.js';
import { IMAGE_BYTES } from './image-size.js';
import { isPlainJpeg, JpegDecoder } from './jpeg-decoder.js';

const decoder = await JpegDecoder.create();

function decode(jpeg: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(IMAGE_BYTES);
  decoder.decode(jpeg, pixels);
  return pixels;
}
const sameAsSharp = async (jpeg: Uint8Array) =>
  expect(Buffer.from(decode(jpeg)).equals(await decodeImage(jpeg, 'here'))).toBe(true);

describe('a plain JPEG has sharp’s pixels, to the bit', () => {
  test.each([
    ['4:2:0', { quality: 95, chromaSubsampling: '4:2:0' }],
    ['4:4:4', { quality: 95, chromaSubsampling: '4:4:4' }],
    ['progressive', { quality: 95, progressive: true }],
    ['of the best quality', { quality: 100 }],
    ['of the worst quality', { quality: 1 }],
    ['with mozjpeg’s trellis', { mozjpeg: true }],
  ])('%s', async (_, options) => {
    const noise = Buffer.from(Uint8Array.from({ length: IMAGE_BYTES }, (_, i) => (i * i * 2654435761) >>> 13));
    for (const image of [picture(3), sharp(noise, { raw: { width: 112, height: 112, channels: 3 } })]) {
      const jpeg = await image.jpeg(options).toBuffer();
      expect(isPlainJpeg(jpeg)).toBe(true);
      await sameAsSharp(jpeg);
    }
  });

  test('grey, in three equal channels', async () => {
    const jpeg = await picture().toColourspace('b-w').jpeg({ quality: 95 }).toBuffer();
    expect([(await sharp(jpeg).metadata()).channels, isPlainJpeg(jpeg)]).toEqual([1, true]);
    await sameAsSharp(jpeg);
  });

  test('with EXIF, whose orientation is ignored', async () => {
    const jpeg = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(isPlainJpeg(jpeg)).toBe(false); // sharp adds a profile as well
    const exif = await picture()
      .withExif({ IFD0: { Copyright: 'x' } })
      .jpeg()
      .toBuffer();
    expect(isPlainJpeg(exif)).toBe(true);
    await sameAsSharp(exif);
  });
});

describe('what is not plain is left to sharp', () => {
  test.each<[string, () => Promise<Buffer> | Buffer]>([
    ['a CMYK JPEG', () => plain(9, 9, 9).toColourspace('cmyk').jpeg().toBuffer()],
    ['a JPEG with a colour profile', () => plain(9, 9, 9).withIccProfile('p3').jpeg().toBuffer()],
    ['a JPEG of 113×112', () => picture(0, 113, 112).jpeg().toBuffer()],
    ['a PNG', () => picture().png().toBuffer()],
    ['an HTML page', () => Buffer.from('<!doctype html>')],
    ['nothing', () => Buffer.alloc(0)],
  ])('%s', async (_, make) => {
    expect(isPlainJpeg(await make())).toBe(false);
  });

  test('a header cut anywhere', async () => {
    const jpeg = await jpegOf(1);
    const scan = jpeg.indexOf(Buffer.of(0xff, 0xda));
    for (let cut = 0; cut < scan; cut++) expect(isPlainJpeg(jpeg.subarray(0, cut))).toBe(false);
  });
});

describe('a JPEG that is not whole is refused, never grey', () => {
  test('cut anywhere, and the next one is decoded as if nothing had been', async () => {
    const jpeg = await jpegOf(5);
    const whole = decode(jpeg);
    for (let cut = 0; cut < jpeg.length; cut += 41)
      expect(() => decode(jpeg.subarray(0, cut)), `${cut} of ${jpeg.length} bytes`).toThrow(
        'libjpeg-turbo: the JPEG is cut short or damaged',
      );
    for (let missing = 1; missing <= 64; missing++)
      expect(() => decode(jpeg.subarray(0, jpeg.length - missing))).toThrow();
    expect(decode(jpeg)).toEqual(whole);
  });

  test('ended early by a marker', async () => {
    const jpeg = Buffer.from(await jpegOf(5));
    jpeg.set([0xff, 0xd9], jpeg.length - 400);
    expect(() => decode(jpeg)).toThrow();
  });

  test('wherever sharp refuses it, with bytes changed at random', async () => {
    const jpeg = await jpegOf(6);
    let state = 1;
    const next = (bound: number) => (state = (Math.imul(state, 1103515245) + 12345) >>> 1) % bound;
    for (let i = 0; i < 300; i++) {
      const damaged = Buffer.from(jpeg);
      for (let k = 0; k < 1 + (i % 4); k++) damaged[next(damaged.length)] = next(256);
      if (!isPlainJpeg(damaged)) continue;
      const ours = attempt(() => decode(damaged));
      const sharps = await rawDecode(damaged).catch(() => undefined);
      if (!sharps) expect(ours).toBeUndefined();
      else if (ours) expect(Buffer.from(ours).equals(sharps)).toBe(true);
    }
  });

  test('thousands of times: it says when a fresh decoder should take over', async () => {
    const jpeg = await jpegOf(5);
    let tired = await JpegDecoder.create();
    let replaced = 0;
    const pixels = new Uint8Array(IMAGE_BYTES);
    for (let i = 0; i < 3000; i++) {
      expect(() => tired.decode(jpeg.subarray(0, 300), pixels)).toThrow('cut short');
      if (tired.isWorn) [tired, replaced] = [await JpegDecoder.create(), replaced + 1];
    }
    expect(replaced).toBe(3);
  });
});

const python = process.env['LIN_TEST_PYTHON'] ?? 'python3';
const hasPillow = spawnSync(python, ['-c', 'import PIL']).status === 0;
if (!hasPillow) console.warn('Skipped: decoding beside Pillow (no python3 with Pillow; name one in LIN_TEST_PYTHON).');

describe.runIf(hasPillow)('beside Pillow', () => {
  test.each([
    ['baseline 4:2:0', 'quality=95, subsampling=2'],
    ['baseline 4:2:2', 'quality=95, subsampling=1'],
    ['progressive', 'quality=90, progressive=True'],
    ['with optimised tables and restart markers', 'quality=90, optimize=True, restart_marker_blocks=3'],
  ])('a JPEG by Pillow has Pillow’s own pixels: %s', (_, options) => {
    const script = `
import io, sys
from PIL import Image
x = Image.effect_noise((112, 112), 60)
image = Image.merge('RGB', (x, x.rotate(90), x.rotate(180)))
file = io.BytesIO()
image.save(file, 'JPEG', ${options})
sys.stdout.buffer.write(Image.open(file).convert('RGB').tobytes() + file.getvalue())`;
    const { stdout } = spawnSync(python, ['-c', script]);
    expect(Buffer.from(decode(stdout.subarray(IMAGE_BYTES))).equals(stdout.subarray(0, IMAGE_BYTES))).toBe(true);
  });

  const byPillow = (code: string) =>
    spawnSync(python, [
      '-c',
      `import io, sys\nfrom PIL import Image\nfile = io.BytesIO()\n${code}\nsys.stdout.buffer.write(file.getvalue())`,
    ]).stdout;

  test('grey is three equal channels, as Pillow has it', async () => {
    const jpeg = byPillow("Image.linear_gradient('L').resize((112, 112)).save(file, 'JPEG', quality=100)");
    expect(isPlainJpeg(jpeg)).toBe(true);
    await sameAsSharp(jpeg);
    expect(Math.abs(decode(jpeg)[3 * (56 * 112 + 56)]! - 128)).toBeLessThan(3);
  });

  test('stored as RGB, not as luma and chroma, keeps its colour', async () => {
    const jpeg = byPillow("Image.new('RGB', (112, 112), (200, 90, 60)).save(file, 'JPEG', quality=95, keep_rgb=True)");
    const [red, green, blue] = await decodeImage(jpeg, 'here');
    for (const [found, drawn] of [
      [red, 200],
      [green, 90],
      [blue, 60],
    ] as const)
      expect(Math.abs(found! - drawn)).toBeLessThan(4);
    if (isPlainJpeg(jpeg)) await sameAsSharp(jpeg);
  });

  test('CMYK, which Adobe stores inverted, is left to sharp and keeps its brightness', async () => {
    const jpeg = byPillow(
      "Image.new('RGB', (112, 112), (220, 210, 205)).convert('CMYK').save(file, 'JPEG', quality=95)",
    );
    expect(isPlainJpeg(jpeg)).toBe(false);
    const [red, green, blue] = await decodeImage(jpeg, 'here');
    expect(Math.min(red!, green!, blue!)).toBeGreaterThan(150); // inverted, they would be below 60
  });
});

function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
