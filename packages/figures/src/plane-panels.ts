// Densities, samples and curves of the plane, in panels side by side: what a flow learned, and how it bends a grid.
import { FigureError } from './errors.js';
import { COLOURS, figureOf, type Figure } from './figure.js';
import { pictureUrl } from './picture-url.js';
import type { PlanePoint, PlaneRange } from './plane-grid.js';

/** Points of one kind. */
export interface PlanePoints {
  points: readonly PlanePoint[];
  /** A CSS colour; default: the first of `COLOURS`. */
  colour?: string;
  /** Diameter in units of the SVG; default 3. */
  size?: number;
}

/** Lines of one kind. */
export interface PlaneLines {
  lines: readonly (readonly PlanePoint[])[];
  colour?: string;
  /** Default 1. */
  width?: number;
}

/** One square of the plane. Points and parts of lines outside it are cut off; points are drawn over lines, lines over the density. */
export interface PlanePanel extends PlaneRange {
  title: string;
  /** At the `gridCentres` of this range, count · count of them, at least 0: white is 0, the darkest the largest. */
  density?: ArrayLike<number>;
  lines?: readonly PlaneLines[];
  points?: readonly PlanePoints[];
}

const SIDE = 280; // of a square, in units of the SVG, as are those below
const GAP = 16;
const TOP = 34;
const BOTTOM = 26;
const MOST_COLUMNS = 4;

/**
 * Panels of the plane side by side, four in a row: each a density, lines and points over the same square.
 * @throws FigureError for a number that is not finite, or a density of another count.
 * @example
 * ```ts
 * import { gridCentres, gridLines, planePanels } from '@lin/figures';
 * const range = [-3, 3] as const;
 * const density = gridCentres({ range, count: 50 }).map(([x, y]) => Math.exp(-(x * x + y * y) / 2));
 * const bent = gridLines({ range }).map((line) => line.map(([x, y]): [number, number] => [x, y + Math.sin(x)]));
 * const { svg } = planePanels([
 *   { title: 'density', range, density, points: [{ points: [[0, 0]] }] },
 *   { title: 'a grid, bent', range, lines: [{ lines: bent }] },
 * ]);
 * console.log(svg.includes('density'), svg.includes('bent'));
 * ```
 * ```text
 * true true
 * ```
 */
export function planePanels(panels: readonly PlanePanel[]): Figure {
  if (panels.length === 0) throw new FigureError('planePanels: there is no panel; expected at least one.');
  const columns = Math.min(MOST_COLUMNS, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const [width, height] = [columns * (SIDE + GAP) + GAP, rows * (TOP + SIDE + BOTTOM)];
  const drawn = panels.map((panel, i) => {
    const left = GAP + (i % columns) * (SIDE + GAP);
    const top = Math.floor(i / columns) * (TOP + SIDE + BOTTOM) + TOP;
    return `<g transform="translate(${left} ${top})">${panelOf(panel, i)}</g>`;
  });
  return figureOf(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="DejaVu Sans, sans-serif" font-size="12" fill="${COLOURS.text}">` +
      `<rect width="${width}" height="${height}" fill="#fff"/>${drawn.join('')}</svg>\n`,
  );
}

function panelOf({ title, range, density, lines = [], points = [] }: PlanePanel, i: number): string {
  const [low, high] = range;
  if (!(low < high && high - low < Infinity))
    throw new FigureError(`planePanels: the range of "${title}" is ${low} to ${high}; expected numbers that rise.`);
  const place = ([x, y]: PlanePoint): string => {
    if (!Number.isFinite(x) || !Number.isFinite(y))
      throw new FigureError(`planePanels: a point of "${title}" is (${x}, ${y}); expected finite numbers.`);
    const [across, down] = [(x - low) / (high - low), (high - y) / (high - low)].map(
      (part) => (Math.min(2, Math.max(-1, part)) * SIDE).toFixed(1), // far outside, where nothing shows it
    );
    return `${across},${down}`;
  };
  const stroke = (d: string, colour: string, width: number, opacity: number) =>
    `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linecap="round"/>`;
  const content = [
    density ? densityOf(title, density) : '',
    ...lines.map(({ lines: all, colour = COLOURS.muted, width = 1 }) =>
      stroke(all.map((line) => `M${line.map(place).join('L')}`).join(''), colour, width, 1),
    ),
    // A point is a line of length 0 with round ends.
    ...points.map(({ points: all, colour = COLOURS.prediction, size = 3 }) =>
      stroke(all.map((point) => `M${place(point)}h0`).join(''), colour, size, 0.5),
    ),
  ];
  return (
    `<text x="${SIDE / 2}" y="-10" text-anchor="middle" font-size="13">${escaped(title)}</text>` +
    `<clipPath id="panel${i}"><rect width="${SIDE}" height="${SIDE}"/></clipPath>` +
    `<g clip-path="url(#panel${i})">${content.join('')}</g>` +
    `<rect width="${SIDE}" height="${SIDE}" fill="none" stroke="#ccc"/>` +
    `<g fill="${COLOURS.muted}"><text y="${SIDE + 16}">${low}</text>` +
    `<text x="${SIDE}" y="${SIDE + 16}" text-anchor="end">${high}</text></g>`
  );
}

const DARKEST = [30, 58, 138]; // RGB

function densityOf(title: string, density: ArrayLike<number>): string {
  const count = Math.sqrt(density.length);
  if (!Number.isInteger(count) || count === 0)
    throw new FigureError(
      `planePanels: the density of "${title}" has ${density.length} values; expected count · count of them.`,
    );
  const values = Array.from(density);
  const wrong = values.find((value) => !(value >= 0 && value < Infinity));
  if (wrong !== undefined)
    throw new FigureError(
      `planePanels: a value of the density of "${title}" is ${wrong}; expected finite numbers of at least 0.`,
    );
  const largest = Math.max(...values, Number.MIN_VALUE);
  // The square root lets tails be seen: a normal density at two deviations is 0.14 of its largest, and shown at 0.37.
  const pixels = values.flatMap((value) => DARKEST.map((dark) => 255 + (dark - 255) * Math.sqrt(value / largest)));
  const url = pictureUrl(pixels, { width: count, height: count });
  return `<image href="${url}" width="${SIDE}" height="${SIDE}" preserveAspectRatio="none"/>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
