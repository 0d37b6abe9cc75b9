import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Canvas, type Colour, type Ellipse } from './canvas.js';

const SIZE = 24;
const WHITE: Colour = [1, 1, 1];
const at = ({ pixels }: Canvas, x: number, y: number) => [
  ...pixels.subarray((y * SIZE + x) * 3, (y * SIZE + x) * 3 + 3),
];

/** How much of the ellipse's colour a pixel takes, by the definition, wherever the pixel is. */
function coverage(
  { x, y, radiusX, radiusY, angle = 0, opacity = 1, softness = 1.5, half }: Ellipse,
  column: number,
  row: number,
): number {
  const u = ((column - x) * Math.cos(angle) + (row - y) * Math.sin(angle)) / radiusX;
  const v = ((row - y) * Math.cos(angle) - (column - x) * Math.sin(angle)) / radiusY;
  if ((half === 'upper' && v > 0) || (half === 'lower' && v <= 0)) return 0;
  const inside = ((1 - Math.hypot(u, v)) * Math.min(radiusX, radiusY)) / softness + 0.5;
  return opacity * Math.min(1, Math.max(0, inside));
}

describe('a canvas', () => {
  test('begins black', () => {
    expect(new Canvas(SIZE).pixels).toEqual(new Float32Array(SIZE * SIZE * 3));
  });

  test('is filled by a gradient from one colour to the other', () => {
    const canvas = new Canvas(SIZE);
    canvas.fill([0, 1, 0.5], [1, 0, 0.5], 0);
    for (const y of [0, 11, 23]) {
      expect(at(canvas, 0, y)).toEqual([0, 1, 0.5]);
      expect(at(canvas, SIZE / 2, y)).toEqual([0.5, 0.5, 0.5]);
      expect(at(canvas, 18, y)).toEqual([0.75, 0.25, 0.5]);
    }
    canvas.fill([0, 0, 0], [1, 1, 1], Math.PI / 2); // turned: now from top to bottom
    expect(at(canvas, 3, 18)[0]).toBeCloseTo(0.75, 6);
    expect(at(canvas, 20, 18)[0]).toBeCloseTo(0.75, 6);
  });

  test('gives bytes clamped to 0…255 and rounded', () => {
    const canvas = new Canvas(2);
    canvas.pixels.set([-0.3, 0, 0.5, 1, 1.7, 0.1, 2 / 255, 2.4 / 255, 2.6 / 255, NaN, 1e9, -1e9]);
    expect([...canvas.toBytes()]).toEqual([0, 0, 128, 255, 255, 26, 2, 2, 3, 0, 255, 0]); // 127.5 and 25.5 go to the even neighbour
  });
});

describe('an ellipse', () => {
  test('has its colour inside, leaves what is outside, and a soft edge between', () => {
    const canvas = new Canvas(SIZE);
    canvas.ellipse({ x: 12, y: 12, radiusX: 8, radiusY: 4, colour: [1, 0.5, 0.25], softness: 2 });
    expect(at(canvas, 12, 12)).toEqual([1, 0.5, 0.25]);
    expect(at(canvas, 12, 18)).toEqual([0, 0, 0]);
    expect(at(canvas, 20, 12)).toEqual([0.5, 0.25, 0.125]); // on the edge
    expect(at(canvas, 18, 12)).toEqual([1, 0.5, 0.25]);
    expect(at(canvas, 12, 17)).toEqual([0, 0, 0]);
  });

  test('turns clockwise as seen', () => {
    const canvas = new Canvas(SIZE);
    canvas.ellipse({ x: 12, y: 12, radiusX: 9, radiusY: 2, angle: Math.PI / 4, colour: WHITE });
    expect(at(canvas, 15, 15)).toEqual([1, 1, 1]); // right and down
    expect(at(canvas, 15, 9)).toEqual([0, 0, 0]);
  });

  test.each([
    ['upper', 1, 0],
    ['lower', 0, 1],
  ] as const)('may be its %s half only', (half, above, below) => {
    const canvas = new Canvas(SIZE);
    canvas.ellipse({ x: 12, y: 11.5, radiusX: 8, radiusY: 8, colour: WHITE, half });
    expect([at(canvas, 12, 8)[0], at(canvas, 12, 15)[0]]).toEqual([above, below]);
  });

  test('any, anywhere, paints every pixel as the definition says, and none farther out than its softness', () => {
    const ellipses = fc.record({
      x: fc.double({ min: -10, max: 34, noNaN: true }),
      y: fc.double({ min: -10, max: 34, noNaN: true }),
      radiusX: fc.double({ min: 0.3, max: 30, noNaN: true }),
      radiusY: fc.double({ min: 0.3, max: 30, noNaN: true }),
      angle: fc.double({ min: -4, max: 4, noNaN: true }),
      opacity: fc.double({ min: 0, max: 1, noNaN: true }),
      softness: fc.double({ min: 0.5, max: 6, noNaN: true }),
      half: fc.constantFrom('upper' as const, 'lower' as const, undefined),
    });
    fc.assert(
      fc.property(ellipses, ({ half, ...rest }) => {
        const ellipse: Ellipse = { ...rest, colour: [1, 0.5, 0], ...(half && { half }) };
        const canvas = new Canvas(SIZE);
        canvas.fill([0.2, 0.2, 0.2], [0.2, 0.2, 0.2], 0);
        canvas.ellipse(ellipse);
        // The half-sides of a turned ellipse's upright box, and the edge.
        const extentX =
          Math.hypot(rest.radiusX * Math.cos(rest.angle), rest.radiusY * Math.sin(rest.angle)) + rest.softness;
        const extentY =
          Math.hypot(rest.radiusX * Math.sin(rest.angle), rest.radiusY * Math.cos(rest.angle)) + rest.softness;
        for (let row = 0; row < SIZE; row++) {
          for (let column = 0; column < SIZE; column++) {
            const outside = Math.max(Math.abs(column - rest.x) - extentX, Math.abs(row - rest.y) - extentY);
            if (outside > 0 && outside < 1) continue; // the pixel at the cut may be on either side of it
            // v is nearly 0 on the very axis, where a half may end on either side
            if (
              half &&
              Math.abs(Math.cos(rest.angle) * (row - rest.y) - Math.sin(rest.angle) * (column - rest.x)) < 1e-9
            )
              continue;
            const c = outside > 0 ? 0 : coverage(ellipse, column, row);
            const expected = [0.2 + c * 0.8, 0.2 + c * 0.3, 0.2 - c * 0.2];
            at(canvas, column, row).forEach((value, channel) => {
              if (!(Math.abs(value - expected[channel]!) < 1e-6))
                expect([column, row, value]).toEqual([column, row, expected[channel]]); // float32
            });
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
