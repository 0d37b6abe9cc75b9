import { describe, expect, test } from 'vitest';
import { bestRidge, crossFitted, gainOf } from './ridge-choice.js';

const point = (ridge: number, ...cosines: number[]) => ({ ridge, cosines: Float64Array.from(cosines) });

describe('the best ridge', () => {
  test('has the highest mean, on the images that are asked', () => {
    const points = [point(0, 0.9, 0.1), point(1, 0.5, 0.6), point(10, 0.2, 0.7)];
    expect(bestRidge(points)).toBe(1);
    expect(bestRidge(points, [0])).toBe(0);
    expect(bestRidge(points, [1])).toBe(10);
  });

  test('is the strongest of equal ones', () => {
    expect(bestRidge([point(0, 0.5), point(10, 0.5), point(1, 0.5)])).toBe(10);
  });
});

describe('cross-fitting', () => {
  test('tells nobody by a ridge that they chose: halves are of whole identities', () => {
    // Identities 3 and 8 are one half, 5 and 9 the other: the first half is for ridge 0, the second for ridge 1.
    const labels = Int32Array.of(3, 5, 8, 9, 3);
    const cosines = crossFitted([point(0, 0.9, 0.2, 0.8, 0.3, 0.7), point(1, 0.1, 0.6, 0.4, 0.5, 0.3)], labels);
    expect([...cosines]).toEqual([0.1, 0.2, 0.4, 0.3, 0.3]);
  });

  test('of one identity, who could choose only for himself, is by the strongest ridge', () => {
    expect([...crossFitted([point(0, 0.9, 0.9), point(1, 0.1, 0.2)], Int32Array.of(4, 4))]).toEqual([0.1, 0.2]);
  });
});

describe('the gain', () => {
  const gain = (differences: number[], labels: number[]) =>
    gainOf(Float64Array.from(differences), new Float64Array(labels.length), Int32Array.from(labels));

  test('has the standard error of a mean, where each identity has one image', () => {
    const { mean, standardError } = gain([0.1, 0.3, 0.2, 0.6], [1, 2, 3, 4]);
    expect(mean).toBeCloseTo(0.3, 12);
    expect(standardError).toBeCloseTo(Math.sqrt((0.04 + 0 + 0.01 + 0.09) / 3 / 4), 12);
  });

  test('takes images of one identity for one observation: repeating them changes nothing', () => {
    const { standardError } = gain([0.1, 0.1, 0.3, 0.3, 0.2, 0.2, 0.6, 0.6], [1, 1, 2, 2, 3, 3, 4, 4]);
    expect(standardError).toBeCloseTo(gain([0.1, 0.3, 0.2, 0.6], [1, 2, 3, 4]).standardError, 12);
  });

  test.each([
    [[0.1, 0.3, 0.2, 0.6], 'better'],
    [[-0.1, -0.3, -0.2, -0.6], 'worse'],
    [[0.1, -0.3, 0.2, 0.1], 'none'],
    [[0, 0, 0, 0], 'none'],
  ])('of %j is called %s', (differences, verdict) => {
    expect(gain(differences, [1, 2, 3, 4]).verdict).toBe(verdict);
  });

  test('of one identity is never called one', () => {
    expect(gain([0.5, 0.5], [1, 1])).toMatchObject({ mean: 0.5, standardError: NaN, verdict: 'none' });
  });
});
