import { describe, expect, test } from 'vitest';
import { noise } from '../../test/noise.js';
import { letterbox } from './letterbox.js';
import { resizeBilinear } from './resize-bilinear.js';

describe('a letterboxed picture', () => {
  test.each<[string, number, number, number, number]>([
    ['wide', 200, 100, 64, 32],
    ['tall', 100, 200, 32, 64],
    ['tall, whose width is cut to whole pixels', 3, 7, 27, 64],
    ['square', 50, 50, 64, 64],
    ['one pixel high', 1000, 1, 64, 1],
  ])(
    'that is %s fills one side from the top left, and the rest is black',
    (_, width, height, filledWidth, filledHeight) => {
      const { pixels, scale } = letterbox({ data: new Uint8Array(width * height * 3).fill(255), width, height }, 64);
      expect(scale).toBe(filledHeight / height);
      const expected = Uint8Array.from({ length: 64 * 64 * 3 }, (__, i) =>
        Math.floor(i / 3) % 64 < filledWidth && i < filledHeight * 192 ? 255 : 0,
      );
      expect(pixels).toEqual(expected);
    },
  );
});

describe('a resized picture', () => {
  test('of its own size is itself', () => {
    const image = noise(31, 17);
    expect(resizeBilinear(image, 31, 17)).toEqual(image);
  });

  test('of half its size holds means of four', () => {
    const image = noise(8, 4);
    const { data } = resizeBilinear(image, 4, 2);
    for (let i = 0; i < data.length; i++) {
      const at = Math.floor(i / 12) * 48 + (Math.floor(i / 3) % 4) * 6 + (i % 3);
      expect(data[i]).toBe(
        Math.floor((image.data[at]! + image.data[at + 3]! + image.data[at + 24]! + image.data[at + 27]!) / 4 + 0.5),
      );
    }
  });

  test.each([
    [40, 30, 97, 61],
    [97, 61, 40, 30],
    [300, 200, 31, 23],
    [5, 400, 9, 33],
  ])(
    'from %d×%d to %d×%d is linear between pixel centres, within a step of brightness',
    (width, height, toWidth, toHeight) => {
      const image = noise(width, height);
      const { data } = resizeBilinear(image, toWidth, toHeight);
      const between = (to: number, from: number, length: number) => {
        const at = ((to + 0.5) * length) / from - 0.5;
        const low = Math.floor(at);
        return {
          low: Math.min(Math.max(low, 0), length - 1),
          high: Math.min(Math.max(low + 1, 0), length - 1),
          share: at - low,
        };
      };
      for (let i = 0; i < data.length; i += 7) {
        const channel = i % 3;
        const x = between(Math.floor(i / 3) % toWidth, toWidth, width);
        const y = between(Math.floor(i / 3 / toWidth), toHeight, height);
        const mix = (row: number) =>
          (1 - x.share) * image.data[(row * width + x.low) * 3 + channel]! +
          x.share * image.data[(row * width + x.high) * 3 + channel]!;
        // weights of 11 bits, then rounding
        expect(Math.abs(data[i]! - ((1 - y.share) * mix(y.low) + y.share * mix(y.high)))).toBeLessThan(1);
      }
    },
  );
});
