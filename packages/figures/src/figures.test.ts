import { describe, expect, test } from 'vitest';
import { angleHeatMap, eigenvaluePlane, FigureError, figureOf, singularValueCurve, type Figure } from './index.js';

const fromRows = (rows: number[][]) => ({ rows: rows.length, cols: rows[0]!.length, data: rows.flat() });

/** Width and height of a PNG, from its IHDR chunk (PNG specification, §11.2.2). */
function pngSize({ png }: Figure): [number, number] {
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

const texts = ({ svg }: Figure) => Array.from(svg.matchAll(/<text[^>]*>([^<]*)</g), ([, text]) => text!);
/** Points of the SVG's circular symbols, [x, y]. */
const symbols = ({ svg }: Figure, colour: string) =>
  Array.from(
    svg.matchAll(new RegExp(`transform="matrix\\(([^)]*)\\)"[^>]*fill="${colour}"`, 'g')),
    ([, matrix]) => matrix!.split(',').map(Number).slice(4) as [number, number],
  );

test('the PNG of a figure has two pixels for each unit of its SVG', () => {
  expect(pngSize(figureOf('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'))).toEqual([60, 40]);
});

describe('the curve of singular values', () => {
  test('names its curves, says how many values are zero and where zero begins', () => {
    const figure = singularValueCurve(
      [
        { name: 'A', values: [4, 2, 1e-3, 0] },
        { name: 'random', values: [3, 2, 1] },
      ],
      { title: 'spectrum', threshold: 1e-2 },
    );
    expect(texts(figure)).toEqual(
      expect.arrayContaining(['spectrum', 'A (1 of 4 are zero)', 'random', 'zero below 1.0e-2']),
    );
    expect(pngSize(figure)).toEqual([1800, 840]);
  });

  test('draws a value on a logarithmic axis: equal ratios are equal heights', () => {
    const points = symbols(singularValueCurve([{ name: 'A', values: [1000, 100, 10, 1] }]), '#fff').slice(-4);
    const steps = points.slice(1).map(([, y], k) => y - points[k]![1]);
    expect(steps).toHaveLength(3);
    steps.forEach((step) => expect(step).toBeCloseTo(steps[0]!, 1));
  });

  test('of zeros only is drawn', () =>
    expect(texts(singularValueCurve([{ name: 'nothing', values: [0, 0] }]))).toContain('nothing (2 of 2 are zero)'));
});

describe('the plane of eigenvalues', () => {
  test('has one unit of length in both directions, the conjugate mirrored', () => {
    const points = symbols(
      eigenvaluePlane([
        { re: 0, im: 2 },
        { re: 0, im: -2 },
        { re: 2, im: 0 },
      ]),
      '#2563eb',
    );
    const [up, down, right] = points as [[number, number], [number, number], [number, number]];
    expect(up[0]).toBeCloseTo(down[0], 3);
    const centre = (up[1] + down[1]) / 2;
    expect(right[1]).toBeCloseTo(centre, 3);
    expect(right[0] - up[0]).toBeCloseTo(centre - up[1], 3);
  });
});

describe('the heat map of angles', () => {
  const angles = fromRows([
    [0, Math.PI / 2],
    [Math.PI / 2, 0],
  ]);

  test('writes names and degrees', () => {
    const written = texts(angleHeatMap(angles, { rowNames: ['first', 'second'], columnNames: ['x', 'y'] }));
    expect(written).toEqual(expect.arrayContaining(['first', 'second', 'x', 'y', '0', '90']));
  });

  test('of a hundred identities stays a picture of some size', () => {
    const names = Array.from({ length: 100 }, (_, k) => String(k));
    const [width, height] = pngSize(
      angleHeatMap({ rows: 100, cols: 100, data: new Float64Array(10_000).fill(1) }, { rowNames: names }),
    );
    expect(Math.max(width, height)).toBeLessThan(2 * 1500);
  });
});

describe('mistakes are named', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a negative singular value', () => singularValueCurve([{ name: 'A', values: [1, -1] }]), /value 1 of "A" is -1/],
    ['an eigenvalue that is no number', () => eigenvaluePlane([{ re: NaN, im: 0 }]), /eigenvalue 0 is NaN/],
    [
      'names for fewer rows',
      () => angleHeatMap(fromRows([[0], [0]]), { rowNames: ['a'], columnNames: ['b'] }),
      /1 and 1 names for 2×1 angles/,
    ],
    [
      'angles in degrees',
      () => angleHeatMap(fromRows([[45]]), { rowNames: ['a'] }),
      /angle \[0, 0\] is 45; expected radians/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(FigureError);
    expect(mistake).toThrow(message);
  });
});
