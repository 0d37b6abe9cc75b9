import { describe, expect, test } from 'vitest';
import { noise } from '../../test/noise.js';
import { alignFace, ARCFACE_TEMPLATE } from './align-face.js';
import { inverseSimilarity, similarityBetween, transformPoints, type Similarity } from './similarity.js';
import { warp } from './warp.js';

const image = noise(90, 70);
const pixel = (x: number, y: number, channel: number) =>
  x < 0 || y < 0 || x >= 90 || y >= 70 ? 0 : image.data[(y * 90 + x) * 3 + channel]!;

/** Bilinear in float64 at exact positions, black outside. */
function exactWarp(transform: Similarity, size: number): Float64Array {
  const inverse = inverseSimilarity(transform);
  const values = new Float64Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const [x, y] = transformPoints([i % size, Math.floor(i / size)], inverse) as unknown as [number, number];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    for (let channel = 0; channel < 3; channel++) {
      const mix = (row: number) =>
        (1 - (x - left)) * pixel(left, row, channel) + (x - left) * pixel(left + 1, row, channel);
      values[i * 3 + channel] = (1 - (y - top)) * mix(top) + (y - top) * mix(top + 1);
    }
  }
  return values;
}

describe('a warped picture', () => {
  test('is the picture itself where nothing moves', () => {
    const same = warp({ ...image, height: 70 }, { a: 1, b: 0, tx: 0, ty: 0 }, 70);
    for (let i = 0; i < same.length; i++)
      expect(same[i]).toBe(pixel(Math.floor(i / 3) % 70, Math.floor(i / 210), i % 3));
  });

  test('is shifted by whole pixels exactly, and black where there was no picture', () => {
    const shifted = warp(image, { a: 1, b: 0, tx: 7, ty: -5 }, 40);
    for (let i = 0; i < shifted.length; i++)
      expect(shifted[i]).toBe(pixel((Math.floor(i / 3) % 40) - 7, Math.floor(i / 120) + 5, i % 3));
  });

  test('is turned a quarter exactly', () => {
    const turned = warp(image, { a: 0, b: 1, tx: 69, ty: 0 }, 70); // (x, y) → (69 − y, x)
    for (let i = 0; i < turned.length; i++)
      expect(turned[i]).toBe(pixel(Math.floor(i / 210), 69 - (Math.floor(i / 3) % 70), i % 3));
  });

  test('is between four pixels their mean, by position, in steps of 1/32 pixel', () => {
    const half = warp(image, { a: 1, b: 0, tx: -0.5, ty: -0.25 }, 30);
    for (let i = 0; i < half.length; i++) {
      const [x, y, channel] = [Math.floor(i / 3) % 30, Math.floor(i / 90), i % 3];
      const upper = pixel(x, y, channel) + pixel(x + 1, y, channel);
      const lower = pixel(x, y + 1, channel) + pixel(x + 1, y + 1, channel);
      expect(half[i]).toBe(Math.floor((0.75 * upper + 0.25 * lower) / 2 + 0.5));
    }
  });

  test('is within 1/32 pixel of exact positions: 8 steps of brightness on noise', () => {
    // noise has differences of up to 255 between neighbours; 255/32 in one direction, the other on average far less
    for (const [angle, scale] of [
      [0.3, 0.8],
      [-1.2, 1.7],
      [2.9, 0.4],
    ] as const) {
      const transform = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: 40 - 20 * scale, ty: 35 };
      const exact = exactWarp(transform, 64);
      const ours = warp(image, transform, 64);
      const differences = Array.from(ours, (value, i) => Math.abs(value - exact[i]!));
      expect(Math.max(...differences)).toBeLessThan((2 * 255) / 32);
      expect(differences.reduce((sum, d) => sum + d, 0) / differences.length).toBeLessThan(2);
    }
  });
});

describe('an aligned face', () => {
  test('that lies at the template already is cut out unchanged', () => {
    const photo = noise(130, 120);
    const aligned = alignFace(photo, ARCFACE_TEMPLATE);
    for (let row = 0; row < 112; row++)
      expect(aligned.subarray(row * 336, (row + 1) * 336)).toEqual(photo.data.subarray(row * 390, row * 390 + 336));
  });

  test('has its landmarks at the template, wherever it was in the photograph', () => {
    // A white dot of 5×5 pixels at each landmark of a black photograph, at twice the size and turned: its middle comes out white.
    const place = { a: 2 * Math.cos(0.5), b: 2 * Math.sin(0.5), tx: 150, ty: 60 };
    const landmarks = transformPoints(ARCFACE_TEMPLATE, place);
    const photo = { data: new Uint8Array(400 * 400 * 3), width: 400, height: 400 };
    for (let p = 0; p < 10; p += 2) {
      for (let dy = -2; dy <= 2; dy++)
        for (let dx = -2; dx <= 2; dx++)
          photo.data.fill(
            255,
            ((Math.round(landmarks[p + 1]!) + dy) * 400 + Math.round(landmarks[p]!) + dx) * 3,
            ((Math.round(landmarks[p + 1]!) + dy) * 400 + Math.round(landmarks[p]!) + dx + 1) * 3,
          );
    }
    const aligned = alignFace(photo, landmarks);
    for (let p = 0; p < 10; p += 2)
      expect(aligned[(Math.round(ARCFACE_TEMPLATE[p + 1]!) * 112 + Math.round(ARCFACE_TEMPLATE[p]!)) * 3]).toBe(255);
    expect(similarityBetween(landmarks, ARCFACE_TEMPLATE).a).toBeCloseTo(Math.cos(0.5) / 2, 9);
  });

  test('needs five landmarks', () => {
    expect(() => alignFace(image, [1, 2, 3, 4])).toThrow(
      /alignFace: 4 numbers were given as landmarks; expected x, y of 5 points/,
    );
  });
});
