import { describe, expect, test } from 'vitest';
import {
  angleHeatMap,
  barsBesideCurve,
  barSteps,
  eigenvaluePlane,
  FigureError,
  figureOf,
  lineChart,
  pictureGrid,
  picturesOverBars,
  singularValueCurve,
  type Figure,
} from './index.js';

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

/** Texts with the height they stand at. */
const heights = ({ svg }: Figure) =>
  new Map(
    Array.from(svg.matchAll(/<text[^>]*transform="translate\(\S+ ([\d.]+)\)"[^>]*>([^<]*)</g), ([, y, text]) => [
      text!,
      Number(y),
    ]),
  );
/** Heights of dashed lines across. */
const dashed = ({ svg }: Figure) =>
  Array.from(svg.matchAll(/<path d="M\S+ (\S+)L\S+ (\S+)"[^>]*stroke-dasharray/g), ([, from, to]) => {
    expect(from).toBe(to);
    return Number(from);
  });
/** Heights of bars of a colour, in units of the SVG. */
const barHeights = ({ svg }: Figure, colour: string) =>
  Array.from(
    svg.matchAll(new RegExp(`<path d="M\\S+ (\\S+)l\\S+ 0l0 (\\S+)l[^"]*"[^>]*fill="${colour}"`, 'g')),
    ([, , height]) => Number(height),
  );
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==';

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

test.each([1e-5, 3e-9])('a threshold of %d is drawn at its own height', (threshold) => {
  const figure = singularValueCurve([{ name: 'A', values: [1, 1e-10] }], { threshold });
  const points = symbols(figure, '#fff').slice(-2);
  const [top, bottom] = [points[0]![1], points[1]![1]]; // 1 and 1e-10
  expect(dashed(figure)).toHaveLength(1);
  expect((dashed(figure)[0]! - top) / (bottom - top)).toBeCloseTo(-Math.log10(threshold) / 10, 2);
});

test('names of many curves take as many rows as they need, above the plot', () => {
  const curves = Array.from({ length: 12 }, (_, k) => ({ name: `the operator after epoch ${k}`, values: [2, 1] }));
  const figure = singularValueCurve(curves, {});
  const lowest = Math.max(
    ...[...heights(figure)].filter(([text]) => text.startsWith('the operator')).map(([, y]) => y),
  );
  expect(lowest).toBeLessThan(
    Math.min(
      ...symbols(figure, '#fff')
        .slice(-24)
        .map(([, y]) => y),
    ) - 10,
  );
});

describe('the line chart', () => {
  const chart = (threshold: number, scale: 'linear' | 'log' = 'linear') =>
    lineChart({
      x: { name: 'step' },
      left: {
        name: 'score',
        scale,
        ...(scale === 'linear' && { min: 0, max: 1 }),
        curves: [{ name: 'student', points: [[0, 0.25], [10, 0.75]] }], // prettier-ignore
        threshold: { value: threshold, name: 'chance' },
      },
      right: { name: 'loss', scale: 'log', curves: [{ name: 'error', points: [[0, 1], [10, 1e-3]] }] }, // prettier-ignore
    });

  test('names both axes, both curves and the threshold', () =>
    expect(texts(chart(0.5))).toEqual(expect.arrayContaining(['step', 'score', 'loss', 'student', 'error', 'chance'])));

  test.each([0.5, 0.0041])('draws a threshold of %d where it is, not rounded', (threshold) => {
    const figure = chart(threshold);
    expect(Math.abs(dashed(figure)[0]! - (330 - 280 * threshold))).toBeLessThan(0.75); // the plot lies from 50 to 330; lines are on halves
  });

  test.each<['linear' | 'log', number]>([
    ['linear', -2],
    ['log', 1e-6],
  ])('has a %s axis reach a threshold of %d that lies below all points', (scale, threshold) => {
    const figure = chart(threshold, scale);
    expect(dashed(figure)[0]).toBeLessThanOrEqual(331);
    expect(dashed(figure)[0]).toBeGreaterThan(320);
  });
});

describe('pictures over bars', () => {
  const column = (values: number[]) => ({ picture: PIXEL, caption: 'c', values });

  test.each([
    [[0.03, -0.1, 0], '0.1'],
    [[0.26, -0.02, 0.1], '0.3'],
    [[1e-7, 4e-6, 0], '4e-6'],
    [[0, 0, 0], '1'],
  ])('the axis of %j reaches %s both ways', (values, limit) => {
    const figure = picturesOverBars([column(values), column([0, 0, 0])], { xName: 'x', yName: 'y' });
    expect(texts(figure)).toEqual(expect.arrayContaining([limit, `-${limit}`]));
  });

  test('no bar is cut off, and one of half the axis is half as high', () => {
    const figure = picturesOverBars([column([0.2, -0.1]), column([0.05, 0])], { xName: 'x', yName: 'y' });
    const [whole, half, quarter] = barHeights(figure, '#0f766e').map(Math.abs);
    expect(half! / whole!).toBeCloseTo(1 / 2, 1);
    expect(quarter! / whole!).toBeCloseTo(1 / 4, 1);
  });
});

test('the steps of a picture are captioned, with arrows between', () => {
  const steps = ['core', 'mapped', 'teacher'].map((name) => ({ name, detail: `[2] of ${name}`, values: [1, 2] }));
  const figure = barSteps({ start: { name: 'x', detail: '[4, 4]', picture: PIXEL }, steps, footer: 'cosine 0.5' });
  expect(texts(figure)).toEqual(
    expect.arrayContaining(['x', '[4, 4]', 'core', '[2] of mapped', 'teacher', 'cosine 0.5']),
  );
  expect(texts(figure).filter((text) => text === '→')).toHaveLength(2);
});

test('bars beside a curve: names stand above all bars, and titles beside each other', () => {
  const series = Array.from({ length: 6 }, (_, k) => ({
    name: `a series with a rather long name, ${k}`,
    values: [1, NaN],
    colour: '#be123c',
  }));
  const title = 'a title that is longer than the chart below it would be, by a few more words';
  const figure = barsBesideCurve({
    bars: { title, xName: 'person', categories: ['a', 'b'], series },
    curve: { title: 'cosine', xName: 'place', values: [0.5, 1] },
  });
  const lowest = Math.max(...[...heights(figure)].filter(([text]) => text.startsWith('a series')).map(([, y]) => y));
  expect(barHeights(figure, '#be123c')).toEqual(Array(6).fill(-250)); // none where the value is not finite
  const plot = heights(figure).get('0.9')! - 250 / 5; // the curve's axis goes from 0.5 to 1
  expect(lowest).toBeLessThan(plot - 10);
  const start = Number(/translate\((\S+) \S+\)"[^>]*>cosine</.exec(figure.svg)![1]);
  expect(start).toBeGreaterThan(60 + 0.54 * 14 * title.length); // a bold letter of DejaVu Sans is 0.54 of its size wide
});

test('a grid of pictures has a name for each row and column', () => {
  const figure = pictureGrid(Array<string>(6).fill(PIXEL), {
    title: 'grid',
    rowNames: ['r', 's'],
    columnNames: ['a', 'b', 'c'],
  });
  expect(texts(figure)).toEqual(expect.arrayContaining(['grid', 'r', 's', 'a', 'b', 'c']));
  expect(figure.svg.match(/<image/g)).toHaveLength(6);
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
      'a point that is no number',
      () => lineChart({ x: { name: 'x' }, left: { name: 'y', curves: [{ name: 'c', points: [[0, NaN]] }] } }),
      /point 0 of "c" is \(0, NaN\)/,
    ],
    [
      'zero on a logarithmic axis',
      () =>
        lineChart({ x: { name: 'x' }, left: { name: 'y', scale: 'log', curves: [{ name: 'c', points: [[0, 0]] }] } }),
      /logarithmic axis shows positive numbers only/,
    ],
    [
      'a threshold of zero on a logarithmic axis',
      () =>
        lineChart({
          x: { name: 'x' },
          left: { name: 'y', scale: 'log', curves: [], threshold: { value: 0, name: 't' } },
        }),
      /the threshold "t" is 0/,
    ],
    ['no pictures', () => picturesOverBars([], { xName: 'x', yName: 'y' }), /at least one picture/],
    [
      'a bar that is no number',
      () => picturesOverBars([{ picture: PIXEL, caption: 'c', values: [0, Infinity] }], { xName: 'x', yName: 'y' }),
      /value 1 of "c" is Infinity/,
    ],
    [
      'pictures for fewer places',
      () => pictureGrid([PIXEL], { title: 't', rowNames: ['a', 'b'], columnNames: ['c'] }),
      /1 pictures for 2 rows of 1/,
    ],
    [
      'bars for fewer categories',
      () =>
        barsBesideCurve({
          bars: { title: 't', xName: 'x', categories: ['a', 'b'], series: [{ name: 's', values: [1], colour: 'red' }] },
          curve: { title: 't', xName: 'x', values: [] },
        }),
      /"s" has 1 values; expected 2/,
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
