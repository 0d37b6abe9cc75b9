import { inflateSync } from 'node:zlib';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test } from 'vitest';
import { FigureError, gridCentres, gridLines, pictureUrl, planePanels, type PlanePanel } from './index.js';

/** The red, green and blue of each pixel of a picture, as resvg, a decoder of its own, paints it. */
function painted(url: string, width: number, height: number): number[][] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <image href="${url}" width="${width}" height="${height}"/></svg>`;
  const { pixels } = new Resvg(svg).render();
  return Array.from({ length: width * height }, (_, k) => [...pixels.subarray(4 * k, 4 * k + 3)]);
}

describe('a picture', () => {
  test('of RGB keeps its pixels, rows from the top', () => {
    const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 7, 8, 9, 100, 101, 102, 255, 255, 255];
    const url = pictureUrl(pixels, { width: 2, height: 3 });
    expect(painted(url, 2, 3).flat()).toEqual(pixels);
  });

  test('of grey is one number a pixel, rounded, and cut at 0 and 255', () => {
    const url = pictureUrl([-3, 99.6, 300, 17], { width: 4, height: 1 });
    expect(painted(url, 4, 1)).toEqual([0, 100, 255, 17].map((grey) => [grey, grey, grey]));
    const bytes = Buffer.from(url.split(',')[1]!, 'base64');
    const from = bytes.indexOf('IDAT') + 4;
    expect([...inflateSync(bytes.subarray(from, from + bytes.readUInt32BE(from - 8)))]).toEqual([0, 0, 100, 255, 17]);
  });
});

describe('the grid', () => {
  test('of centres goes row by row from the top, and covers the square evenly', () => {
    const centres = gridCentres({ range: [-1, 2], count: 3 });
    expect(centres).toHaveLength(9);
    expect(centres.slice(0, 4)).toEqual([[-0.5, 1.5], [0.5, 1.5], [1.5, 1.5], [-0.5, 0.5]]); // prettier-ignore
  });

  test('of lines has as many along x as along y, from end to end', () => {
    const lines = gridLines({ range: [0, 4], count: 3, points: 5 });
    expect(lines).toHaveLength(6);
    expect(lines[1]).toEqual([[0, 2], [1, 2], [2, 2], [3, 2], [4, 2]]); // prettier-ignore
    expect(lines[5]).toEqual([[4, 0], [4, 1], [4, 2], [4, 3], [4, 4]]); // prettier-ignore
  });
});

describe('panels of the plane', () => {
  const places = ({ svg }: { svg: string }, colour: string) =>
    [...svg.matchAll(new RegExp(`<path d="([^"]*)"[^>]*stroke="${colour}"`, 'g'))].map(([, d]) =>
      [...d!.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]),
    );

  test('put points where they lie: the middle in the middle, the upper right corner there', () => {
    const figure = planePanels([{ title: 'p', range: [-1, 1], points: [{ points: [[0, 0], [1, 1]], colour: 'red' }] }]); // prettier-ignore
    expect(places(figure, 'red')).toEqual([[[140, 140], [280, 0]]]); // prettier-ignore
  });

  test('draw each line through its points', () => {
    const lines = [[[0, 0], [2, 2]], [[1, 0], [1, 2]]] as const; // prettier-ignore
    const figure = planePanels([{ title: 'l', range: [0, 2], lines: [{ lines, colour: 'blue' }] }]);
    expect(places(figure, 'blue')).toEqual([[[0, 280], [280, 0], [140, 280], [140, 0]]]); // prettier-ignore
    expect(figure.svg).toContain('M0.0,280.0L280.0,0.0M140.0');
  });

  test('paint no density white and the largest darkest, in the order of the centres', () => {
    const { svg } = planePanels([{ title: 'd', range: [0, 1], density: [0, 4, 1, 0] }]);
    const [upperLeft, upperRight, lowerLeft] = painted(svg.match(/href="([^"]*)"/)![1]!, 2, 2);
    expect(upperLeft).toEqual([255, 255, 255]);
    expect(upperRight).toEqual([30, 58, 138]);
    expect(lowerLeft).toEqual([142, 156, 196]); // half-way: the square root of a quarter
  });

  test('go four in a row, with a title each, as an SVG that can be drawn', () => {
    const panels = Array.from({ length: 5 }, (_, i): PlanePanel => ({ title: `a < ${i}`, range: [0, 1] }));
    const { svg, png } = planePanels(panels);
    expect(svg).toContain('width="1200" height="680"');
    expect(svg).toContain('a &lt; 4');
    expect(png.length).toBeGreaterThan(1000);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a point of NaN',
      () => planePanels([{ title: 'p', range: [0, 1], points: [{ points: [[0, NaN]] }] }]),
      /\(0, NaN\)/,
    ],
    ['a density of another count', () => planePanels([{ title: 'd', range: [0, 1], density: [1, 2] }]), /2 values/],
    ['a negative density', () => planePanels([{ title: 'd', range: [0, 1], density: [-1] }]), /"d" is -1/],
    ['a range that falls', () => planePanels([{ title: 'r', range: [1, 0] }]), /1 to 0/],
    ['no panels', () => planePanels([]), /at least one/],
    ['a range of one point', () => gridCentres({ range: [1, 1], count: 2 }), /gridCentres: the range is 1 to 1/],
    ['half a cell', () => gridCentres({ range: [0, 1], count: 0.5 }), /a count is 0.5/],
    ['one line', () => gridLines({ range: [0, 1], count: 1 }), /at least 2/],
    ['pixels that fill no picture', () => pictureUrl([1, 2], { width: 3, height: 1 }), /2 numbers for 3 × 1/],
  ])('refuse %s', (_, mistake, message) => {
    expect(mistake).toThrow(FigureError);
    expect(mistake).toThrow(message);
  });
});
