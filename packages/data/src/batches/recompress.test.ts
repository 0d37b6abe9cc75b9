import sharp from 'sharp';
import { expect, test } from 'vitest';
import { picturePixels, SIDE } from '../../test/pictures.js';
import { Random } from '../order/random.js';
import { recompress } from './recompress.js';

const random = new Random(5);
const noisy = picturePixels(2).map((value) => Math.min(255, Math.max(0, value + random.integer(61) - 30)));

const recompressed = (image: Uint8Array, quality: number) => {
  const copy = image.slice();
  recompress(copy, quality);
  return copy;
};
const byLibjpeg = async (image: Uint8Array, quality: number) => {
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  const jpeg = await sharp(image, { raw }).jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer();
  return sharp(jpeg).raw().toBuffer();
};

const meanDifference = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;

const QUALITIES = [5, 20, 50, 75, 95];

test.each(QUALITIES)(
  'at quality %i is what libjpeg makes of the image, and not what it makes at another',
  async (quality) => {
    for (const image of [picturePixels(1), noisy]) {
      const ours = recompressed(image, quality);
      const difference = meanDifference(ours, await byLibjpeg(image, quality));
      // libjpeg's transforms are of integers: a coefficient is rounded to another step now and then
      expect(difference).toBeLessThan(0.35 * meanDifference(ours, image));
      for (const other of QUALITIES.filter((one) => one !== quality))
        expect(meanDifference(ours, await byLibjpeg(image, other))).toBeGreaterThan(2 * difference);
    }
  },
);

test('at quality 50 is a block of cosines in whole steps of T.81’s tables', () => {
  const image = noisy.slice();
  for (let i = 0; i < image.length; i++) image[i] = noisy[i - (i % 3)]!; // grey: luma alone
  const result = recompressed(image, 50);
  const [u, v, step] = [3, 1, 19]; // table K.1, second row, fourth column
  const coefficient = (pixels: Uint8Array) => {
    let sum = 0;
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++)
        sum +=
          (pixels[(y * SIDE + x) * 3]! - 128) *
          Math.cos(((2 * x + 1) * u * Math.PI) / 16) *
          Math.cos(((2 * y + 1) * v * Math.PI) / 16);
    return sum / 4;
  };
  const whole = Math.round(coefficient(image) / step) * step;
  expect(Math.abs(coefficient(result) - whole)).toBeLessThan(2); // bytes are rounded afterwards
});
