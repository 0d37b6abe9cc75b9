import { describe, expect, test } from 'vitest';
import { picturePixels, SIDE } from '../../test/pictures.js';
import { Random } from '../order/random.js';
import { blurImage } from './blur.js';

const blurred = (image: Uint8Array, sigma: number) => {
  const copy = image.slice();
  blurImage(copy, sigma);
  return copy;
};
const random = new Random(3);
const noise = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.integer(256));

/** The weighted mean over a square around a pixel, both axes at once. */
function expectedAt(image: Uint8Array, x: number, y: number, channel: number, sigma: number): number {
  const reach = Math.ceil(3 * sigma);
  const inside = (place: number) => Math.min(SIDE - 1, Math.max(0, place));
  let [sum, weights] = [0, 0];
  for (let down = -reach; down <= reach; down++) {
    for (let across = -reach; across <= reach; across++) {
      const weight = Math.exp(-(across ** 2 + down ** 2) / (2 * sigma ** 2));
      sum += weight * image[(inside(y + down) * SIDE + inside(x + across)) * 3 + channel]!;
      weights += weight;
    }
  }
  return sum / weights;
}

describe('a blurred image', () => {
  test.each([0.5, 1.3, 4])('by %f is the weighted mean of the neighbours, the border repeated', (sigma) => {
    const result = blurred(noise, sigma);
    for (const [x, y] of [
      [0, 0],
      [111, 40],
      [3, 111],
      [56, 56],
      [20, 71],
    ] as const)
      for (let channel = 0; channel < 3; channel++) {
        const expected = expectedAt(noise, x, y, channel, sigma);
        expect(Math.abs(result[(y * SIDE + x) * 3 + channel]! - expected)).toBeLessThan(0.502);
      }
  });

  test('of one colour stays as it is', () => {
    const plain = new Uint8Array(SIDE * SIDE * 3).fill(77);
    expect(blurred(plain, 2)).toEqual(plain);
  });

  test('by next to nothing is the image', () => {
    expect(blurred(picturePixels(), 0.1)).toEqual(picturePixels());
  });
});
