import { VerificationError, verifyPairs } from '@lin/verification';
import { describe, expect, test } from 'vitest';
import { picture, picturePixels, SIDE } from '../../test/pictures.js';
import { DataOptionError, RecordError } from '../errors.js';
import { IMAGE_BYTES } from '../images/image-size.js';
import { evaluatePack } from './evaluate-pack.js';
import type { VerificationPack } from './verification-pack.js';

const PAIRS = 24;
const SAME = Array.from({ length: PAIRS }, (_, pair) => pair % 3 === 0);
const seedOf = (image: number) => (image % 2 === 1 && SAME[(image - 1) / 2] ? image - 1 : image); // of one person: the same picture

const packOf = (images: readonly Uint8Array[], same: readonly boolean[] = SAME): VerificationPack => ({
  path: 'faces/toy.bin',
  name: 'toy',
  images,
  same,
});
const pack = packOf(
  await Promise.all(Array.from({ length: 2 * PAIRS }, (_, i) => picture(seedOf(i)).png().toBuffer())),
);

/** Mean of each channel over the left half: of the mirrored image that is the right half. */
function leftColours(image: Uint8Array): number[] {
  const sums = [0, 0, 0];
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE / 2; x++) for (let c = 0; c < 3; c++) sums[c]! += image[(y * SIDE + x) * 3 + c]!;
  return sums.map((sum) => sum / (SIDE * SIDE));
}
function mirroredPixels(image: Uint8Array): Uint8Array {
  return image.map(
    (_, at) => image[Math.floor(at / (SIDE * 3)) * SIDE * 3 + (SIDE - 1 - (Math.floor(at / 3) % SIDE)) * 3 + (at % 3)]!,
  );
}
const rowsOf = (images: Uint8Array) =>
  Array.from({ length: images.length / IMAGE_BYTES }, (_, i) =>
    images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
  );
const embed = (images: Uint8Array) => Promise.resolve(Float32Array.from(rowsOf(images).flatMap(leftColours)));

describe('a recogniser on a pack', () => {
  test('is measured by the sum of the embeddings of each image and its mirror image, not normalised before', async () => {
    const report = await evaluatePack(pack, embed);
    const [upright, mirrored] = [picturePixels, (seed: number) => mirroredPixels(picturePixels(seed))].map((pixels) =>
      Array.from({ length: 2 * PAIRS }, (_, i) => Array.from(Float32Array.from(leftColours(pixels(seedOf(i)))))),
    ) as [number[][], number[][]];
    const embeddings = Float64Array.from(upright.flatMap((row, i) => row.map((value, c) => value + mirrored[i]![c]!)));
    const norms = [...upright, ...mirrored].map((row) => Math.hypot(...row));
    const { name, xnorm, ...figures } = report;
    expect(name).toBe('toy');
    expect(xnorm).toBeCloseTo(norms.reduce((sum, norm) => sum + norm, 0) / norms.length, 10);
    expect(figures).toEqual(verifyPairs({ embeddings, same: SAME }));
  });

  test('has the same figures in batches of any size, the last one as large as what is left', async () => {
    const whole = await evaluatePack(pack, embed);
    for (const batchSize of [1, 7, 100]) {
      const sizes: number[] = [];
      const progress: number[] = [];
      const report = await evaluatePack(pack, (images) => (sizes.push(images.length / IMAGE_BYTES), embed(images)), {
        batchSize,
        onProgress: ({ images, total }) => progress.push(images, total),
      });
      expect({ ...report, xnorm: 0 }).toEqual({ ...whole, xnorm: 0 });
      expect(report.xnorm).toBeCloseTo(whole.xnorm, 10); // another order of the same sum
      expect(sizes.filter((_, i) => i % 2 === 0).reduce((sum, size) => sum + size, 0)).toBe(48);
      expect(Math.max(...sizes)).toBe(Math.min(batchSize, 48));
      expect(progress.slice(-2)).toEqual([48, 48]);
    }
  });

  test('may keep the images it is given', async () => {
    const kept: Uint8Array[] = [];
    await evaluatePack(pack, (images) => (kept.push(images), embed(images)), { batchSize: 10 });
    const seen = kept.filter((_, i) => i % 2 === 0).flatMap(rowsOf);
    expect(seen.map((image) => Buffer.from(image).equals(picturePixels(seedOf(seen.indexOf(image)))))).toEqual(
      new Array(48).fill(true),
    );
  });

  test('sees a square image of another size scaled to 112', async () => {
    const images = [await picture(0, 224, 224).png().toBuffer(), ...pack.images.slice(1)];
    const seen: Uint8Array[] = [];
    await evaluatePack(packOf(images), (batch) => (seen.push(batch), embed(batch)));
    // Red and green run from edge to edge, whatever the size.
    const expected = picturePixels(0);
    const differences = Array.from(rowsOf(seen[0]!)[0]!, (byte, i) =>
      i % 3 === 2 ? 0 : Math.abs(byte - expected[i]!),
    );
    expect(Math.max(...differences)).toBeLessThan(3);
  });
});

describe('a pack that cannot be tested on is refused with its name and the number of the image', () => {
  const withImage = (image: Uint8Array) => packOf([...pack.images.slice(0, 5), image, ...pack.images.slice(6)]);

  test.each([
    [
      'no image',
      () => Promise.resolve(Buffer.from('<html>')),
      /^faces\/toy\.bin image 5: the image cannot be decoded \(.+\); replace or remove it\.$/,
    ],
    ['an empty one', () => Promise.resolve(Buffer.alloc(0)), /^faces\/toy\.bin image 5: the image cannot be decoded/],
    [
      'one cut short',
      async () => (await picture().jpeg().toBuffer()).subarray(0, -300),
      /^faces\/toy\.bin image 5: the image cannot be decoded/,
    ],
    [
      'one that is not square',
      () => picture(0, 112, 96).png().toBuffer(),
      /^faces\/toy\.bin image 5: it is 112×96; expected a square face/,
    ],
  ])('%s', async (_, image, message) => {
    const outcome = evaluatePack(withImage(await image()), embed);
    await expect(outcome).rejects.toThrow(RecordError);
    await expect(outcome).rejects.toThrow(message);
  });

  test.each([
    ['a batch size of 0', pack, embed, { batchSize: 0 }, /batchSize is 0/],
    [
      'embeddings of no size',
      pack,
      () => Promise.resolve(new Float32Array(7)),
      {},
      /gave 7 and 7 numbers for 48 images/,
    ],
    [
      'a NaN',
      pack,
      (images: Uint8Array) => Promise.resolve(new Float32Array(images.length / IMAGE_BYTES).fill(NaN)),
      {},
      /not finite/,
    ],
    [
      'a size that changes',
      pack,
      (images: Uint8Array) =>
        Promise.resolve(new Float32Array((images.length / IMAGE_BYTES) * (images[0]! > 50 ? 2 : 3)).fill(1)),
      { batchSize: 1 },
      /numbers for 1 images; expected/,
    ],
  ])('%s', async (_, given, function_, options, message) => {
    const outcome = evaluatePack(given, function_, options);
    await expect(outcome).rejects.toThrow(DataOptionError);
    await expect(outcome).rejects.toThrow(message);
  });

  test('no pairs', async () => {
    const outcome = evaluatePack(packOf([], []), embed);
    await expect(outcome).rejects.toThrow(VerificationError);
    await expect(outcome).rejects.toThrow(/toy\.bin has 0 pairs; /);
  });

  test.each([
    [true, 'one person'],
    [false, 'two people'],
  ])('pairs that are all %s', async (same, who) => {
    const pack = packOf(Array<Buffer>(24).fill(Buffer.from('never decoded')), Array<boolean>(12).fill(same));
    const outcome = evaluatePack(pack, embed);
    await expect(outcome).rejects.toThrow(VerificationError);
    await expect(outcome).rejects.toThrow(`has 12 pairs, all of ${who}; nothing can be measured`);
  });
});
