import { expect, test } from 'vitest';
import { picturePixels, SIDE } from '../../test/pictures.js';
import { rotateImage } from './rotate.js';

const at = (image: Uint8Array, x: number, y: number) => [...image.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3)];
const turned = (image: Uint8Array, degrees: number) => {
  const copy = image.slice();
  rotateImage(copy, degrees);
  return copy;
};
const pixelsOf = (value: (x: number, y: number) => readonly number[]) =>
  Uint8Array.from(Array.from({ length: SIDE * SIDE }, (_, i) => [...value(i % SIDE, Math.floor(i / SIDE))]).flat());

test('by 0 is the image, by 180 the image read backwards, by 90 its right column on top', () => {
  const image = picturePixels(1);
  expect(turned(image, 0)).toEqual(image);
  const [half, quarter] = [turned(image, 180), turned(image, 90)];
  for (let y = 0; y < SIDE; y += 3) {
    for (let x = 0; x < SIDE; x += 3) {
      expect(at(half, x, y)).toEqual(at(image, SIDE - 1 - x, SIDE - 1 - y));
      expect(at(quarter, x, y)).toEqual(at(image, SIDE - 1 - y, x));
    }
  }
});

test('of a slope is the turned slope, which bilinear interpolation gives back exactly', () => {
  const slope = pixelsOf((x, y) => [2 * x, 2 * y, x + y]);
  const result = turned(slope, 10);
  const [cosine, sine, middle] = [Math.cos(Math.PI / 18), Math.sin(Math.PI / 18), (SIDE - 1) / 2];
  for (let y = 20; y < SIDE - 20; y += 5) {
    for (let x = 20; x < SIDE - 20; x += 5) {
      const [across, down] = [x - middle, y - middle];
      const [fromX, fromY] = [middle + cosine * across - sine * down, middle + sine * across + cosine * down];
      const expected = [2 * fromX, 2 * fromY, fromX + fromY];
      at(result, x, y).forEach((value, channel) => expect(Math.abs(value - expected[channel]!)).toBeLessThan(0.501));
    }
  }
});

test('repeats the border where nothing is', () => {
  const framed = pixelsOf((x, y) =>
    [x, y].some((place) => place === 0 || place === SIDE - 1) ? [9, 8, 7] : [0, 0, 0],
  );
  expect(at(turned(framed as Uint8Array, 45), 0, 0)).toEqual([9, 8, 7]);
});
