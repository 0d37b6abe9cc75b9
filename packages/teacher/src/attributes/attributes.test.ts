import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transformPoints } from '../alignment/similarity.js';
import { TeacherError } from '../errors.js';
import { boxTransform } from './box-crop.js';
import { decodeGenderAge } from './decode-gender-age.js';
import { decodeFlatLandmarks, decodeSpatialLandmarks } from './decode-landmarks.js';

describe('the crop around a box', () => {
  test('has the middle of the box in its own, and the longer side at two thirds of its side', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -200, max: 3000 }),
        fc.integer({ min: -200, max: 3000 }),
        fc.integer({ min: 2, max: 900 }),
        fc.integer({ min: 2, max: 900 }),
        (left, top, width, height) => {
          const transform = boxTransform([left, top, left + width, top + height], 192);
          const [x, y] = transformPoints([left + width / 2, top + height / 2], transform);
          expect([x, y].map((value) => Math.abs(value! - 96))).toEqual([expect.closeTo(0, 9), expect.closeTo(0, 9)]);
          expect(transform.a * Math.max(width, height)).toBeCloseTo(128, 9);
          expect(transform.b).toBe(0);
        },
      ),
    );
  });

  test.each([[[5, 5, 5, 5]], [[9, 9, 2, 2]], [[NaN, 0, 1, 1]]])('is refused for a box of %j', (box) => {
    expect(() => boxTransform(box, 96)).toThrow(TeacherError);
  });
});

describe('landmarks', () => {
  const box = [100, 40, 164, 136]; // the crop shows 144 pixels, from (60, 16) on
  const at = { transform: boxTransform(box, 192), size: 192 };

  test('of −1 and 1 are the corners of what the network saw, of 0 its middle', () => {
    const points = decodeFlatLandmarks(Float32Array.of(-1, -1, 0, 0, 1, 1), at);
    [60, 16, 132, 88, 204, 160].forEach((value, i) => expect(points[i]).toBeCloseTo(value, 4));
  });

  test('in space are the last 68 of the network’s points, with z in the same pixels', () => {
    const output = new Float32Array(3309).fill(9);
    output.fill(0, -3 * 68);
    output.set([1, -1, 0.5], output.length - 3);
    const points = decodeSpatialLandmarks(output, at);
    expect(points).toHaveLength(204);
    [132, 88, 0].forEach((value, i) => expect(points[i]).toBeCloseTo(value, 4));
    [204, 16, 36].forEach((value, i) => expect(points[201 + i]).toBeCloseTo(value, 4)); // half of 96 crop pixels, at 3/4 pixel each
  });
});

describe('age and sex', () => {
  test('are the larger of two numbers, and a hundred times the third, rounded as numpy rounds', () => {
    expect(decodeGenderAge([2, 1, 0.312])).toEqual({ sex: 'female', age: 31 });
    expect(decodeGenderAge([-2, -1, 0.125])).toEqual({ sex: 'male', age: 12 });
    expect(decodeGenderAge([0, 0, 0.135])).toEqual({ sex: 'female', age: 14 }); // argmax takes the first; 13.5 → 14
  });
});
