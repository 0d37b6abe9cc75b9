import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TeacherError } from '../errors.js';
import { ARCFACE_TEMPLATE } from './align-face.js';
import { inverseSimilarity, similarityBetween, transformPoints, type Similarity } from './similarity.js';

/**
 * Least squares for a, b, tx, ty by the normal equations and elimination: Umeyama's problem with nothing in common with its closed form.
 */
function leastSquares(from: number[], to: number[]): Similarity {
  const rows: number[][] = [];
  for (let i = 0; i < from.length; i += 2) {
    const [x, y] = [from[i]!, from[i + 1]!];
    rows.push([x, -y, 1, 0, to[i]!], [y, x, 0, 1, to[i + 1]!]);
  }
  const system = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3, 4].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  for (let column = 0; column < 4; column++) {
    const pivot = system
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column]!) > Math.abs(best[column]!) ? row : best));
    system.splice(system.indexOf(pivot), 1);
    system.splice(column, 0, pivot);
    for (const row of system) {
      if (row === pivot) continue;
      const factor = row[column]! / pivot[column]!;
      row.forEach((_, j) => (row[j]! -= factor * pivot[j]!));
    }
  }
  const [a, b, tx, ty] = system.map((row, i) => row[4]! / row[i]!) as [number, number, number, number];
  return { a, b, tx, ty };
}

const points = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { minLength: 10, maxLength: 10 });
const spreadOf = (p: number[]) => Math.hypot(p[0]! - p[2]!, p[1]! - p[3]!);

describe('a similarity between two sets of five points', () => {
  test('is the least-squares one, to 1e-9 of its entries', () => {
    fc.assert(
      fc.property(
        points.filter((p) => spreadOf(p) > 1),
        points.filter((p) => spreadOf(p) > 1),
        (from, to) => {
          const truth = leastSquares(from, to);
          fc.pre(Math.hypot(truth.a, truth.b) > 1e-9); // points that do not correspond at all are best sent to one point, which is refused
          const ours = similarityBetween(from, to);
          // the normal equations lose digits where the points are close and far away, so the shift is compared relative to its size
          for (const key of ['a', 'b', 'tx', 'ty'] as const)
            expect(Math.abs(ours[key] - truth[key])).toBeLessThan(1e-9 * Math.max(1, Math.hypot(truth.tx, truth.ty)));
        },
      ),
    );
  });

  test('is the very one that moved them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3.2, max: 3.2, noNaN: true }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: -3000, max: 3000, noNaN: true }),
        (angle, scale, shift) => {
          const moved = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx: shift, ty: -shift / 3 };
          const found = similarityBetween(ARCFACE_TEMPLATE, transformPoints(ARCFACE_TEMPLATE, moved));
          for (const key of ['a', 'b', 'tx', 'ty'] as const)
            expect(Math.abs(found[key] - moved[key])).toBeLessThan(1e-9);
          const back = transformPoints(transformPoints(ARCFACE_TEMPLATE, moved), inverseSimilarity(moved));
          ARCFACE_TEMPLATE.forEach((value, i) => expect(Math.abs(back[i]! - value)).toBeLessThan(1e-9));
        },
      ),
    );
  });

  test.each<[string, number[]]>([
    ['all in one place', Array<number>(10).fill(3)],
    ['not finite', [NaN, ...ARCFACE_TEMPLATE.slice(1)]],
    ['at infinity', [Infinity, ...ARCFACE_TEMPLATE.slice(1)]],
    ['fewer', ARCFACE_TEMPLATE.slice(2)],
    ['an odd number of numbers', ARCFACE_TEMPLATE.slice(1)],
  ])('is refused for points that are %s', (_, from) => {
    expect(() => similarityBetween(from, ARCFACE_TEMPLATE)).toThrow(TeacherError);
  });
});
