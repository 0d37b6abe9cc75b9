import '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { imagesToTensor } from './images-to-tensor.js';

test('bytes become (x − 127.5)/127.5, in their own order', () => {
  const images = new Uint8Array(2 * 112 * 112 * 3);
  images.set([0, 255, 51], 112 * 112 * 3); // the first pixel of the second image
  const x = imagesToTensor(images, [2, 112, 112, 3]);
  expect(x.shape).toEqual([2, 112, 112, 3]);
  const [red, green, blue] = x.dataSync().subarray(112 * 112 * 3);
  expect([red, green]).toEqual([-1, 1]);
  expect(blue).toBeCloseTo(-0.6, 6);
  x.dispose();
});

test('bytes that are not whole images are refused', () => {
  expect(() => imagesToTensor(new Uint8Array(100), [1, 112, 112, 3])).toThrow(/100 bytes are not 1 images/);
});
