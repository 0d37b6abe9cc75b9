// Places of the plane that a density is asked at, and a grid of lines that shows what a flow does to it.
import { FigureError } from './errors.js';

export interface PlaneRange {
  /** Lower and upper end of both axes. */
  range: readonly [low: number, high: number];
}

/** [x, y]. */
export type PlanePoint = readonly [x: number, y: number];

/**
 * The centres of count × count cells of a square, row by row from the top: where a density is evaluated for `planePanels`.
 * @throws FigureError unless the range rises and the count is a positive integer.
 * @example
 * ```ts
 * import { gridCentres } from '@lin/figures';
 * console.log(gridCentres({ range: [-1, 1], count: 2 }));
 * ```
 * ```text
 * [ [ -0.5, 0.5 ], [ 0.5, 0.5 ], [ -0.5, -0.5 ], [ 0.5, -0.5 ] ]
 * ```
 */
export function gridCentres({ range, count }: PlaneRange & { count: number }): [x: number, y: number][] {
  requireGrid('gridCentres', range, count);
  const [low, high] = range;
  const side = (high - low) / count;
  return Array.from({ length: count * count }, (_, k) => [
    low + ((k % count) + 0.5) * side,
    high - (Math.floor(k / count) + 0.5) * side,
  ]);
}

/**
 * Lines along x and along y, `count` of each: mapped point by point by a flow, they show how it bends the plane.
 * @param options `points` of each line, 65 unless given.
 * @throws FigureError unless the range rises and the counts are integers of at least 2.
 * @example
 * ```ts
 * import { gridLines } from '@lin/figures';
 * console.log(gridLines({ range: [0, 1], count: 2, points: 2 })[0]);
 * ```
 * ```text
 * [ [ 0, 0 ], [ 1, 0 ] ]
 * ```
 */
export function gridLines({
  range,
  count = 13,
  points = 65,
}: PlaneRange & { count?: number; points?: number }): [x: number, y: number][][] {
  requireGrid('gridLines', range, count, 2);
  requireGrid('gridLines', range, points, 2);
  const [low, high] = range;
  const at = (k: number, of: number) => low + ((high - low) * k) / (of - 1);
  const each = <T>(length: number, make: (k: number) => T) => Array.from({ length }, (_, k) => make(k));
  const across = each(count, (line) => each(points, (k): [number, number] => [at(k, points), at(line, count)]));
  const up = each(count, (line) => each(points, (k): [number, number] => [at(line, count), at(k, points)]));
  return [...across, ...up];
}

function requireGrid(name: string, [low, high]: PlaneRange['range'], count: number, least = 1): void {
  if (!(low < high && high - low < Infinity))
    throw new FigureError(`${name}: the range is ${low} to ${high}; expected finite numbers that rise.`);
  if (!Number.isInteger(count) || count < least)
    throw new FigureError(`${name}: a count is ${count}; expected an integer of at least ${least}.`);
}
