import { expect, test } from 'vitest';
import { validationKeys } from './validation-keys.js';

const images = {
  keys: Float64Array.from([1, 2, 3, 4, 5, 6, 7]),
  labels: Int32Array.from([8, 8, 8, 8, 9, 9, 7]),
};

test('all images, where they are few', () => {
  expect([...validationKeys(images, 100)]).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('some of every identity, where they are many, in the order of their keys', () => {
  expect([...validationKeys(images, 3)]).toEqual([1, 5, 7]);
  expect([...validationKeys(images, 6)]).toEqual([1, 2, 3, 5, 6, 7]);
});
