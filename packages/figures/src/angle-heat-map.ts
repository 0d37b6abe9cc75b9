// Angles between subspaces as a heat map: 0° where one lies in the other, 90° where they have nothing in common.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type Figure } from './figure.js';

/** Angles in radians, row by row; what `principalAngles` of @lin/operator gives for pairs of subspaces fits. */
export interface AngleTable {
  rows: number;
  cols: number;
  /** rows · cols numbers. */
  data: ArrayLike<number>;
}

export interface AngleHeatMapOptions {
  title?: string;
  rowNames: readonly string[];
  /** Default: the names of the rows. */
  columnNames?: readonly string[];
}

const CELL = 34;
const LEAST_CELL = 6;
const LARGEST_SIDE = 1200;
/** Where cells are at least this wide, the angle is written into them. */
const LABELLED_CELL = 28;

/**
 * Angles between subspaces as a heat map, in degrees: dark where one lies in the other.
 * @param angles In radians, 0 to π/2, rows · cols numbers; what `principalAngles` of @lin/operator gives for pairs of subspaces fits.
 * @throws FigureError for angles outside, or another number of names.
 * @example
 * ```ts
 * import { angleHeatMap } from '@lin/figures';
 * const { svg } = angleHeatMap({ rows: 1, cols: 2, data: [0, Math.PI / 2] }, { rowNames: ['a'], columnNames: ['b', 'c'] });
 * console.log(svg.includes('90°'));
 * ```
 * ```text
 * true
 * ```
 */
export function angleHeatMap(
  angles: AngleTable,
  { title = 'angles between subspaces', rowNames, columnNames = rowNames }: AngleHeatMapOptions,
): Figure {
  requireAngles(angles, rowNames, columnNames);
  const cell = Math.max(LEAST_CELL, Math.min(CELL, Math.floor(LARGEST_SIDE / Math.max(angles.rows, angles.cols))));
  const left = 24 + 7 * Math.max(...rowNames.map(({ length }) => length));
  const top = 50;
  const bottom = 24 + 7 * Math.max(...columnNames.map(({ length }) => length));
  const [width, height] = [cell * angles.cols, cell * angles.rows];
  const cells = Array.from(angles.data, (angle, k) => [
    k % angles.cols,
    Math.floor(k / angles.cols),
    Number(((angle * 180) / Math.PI).toFixed(1)),
  ]);
  return renderChart(
    {
      title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 15 } },
      grid: { left, top, width, height },
      xAxis: { type: 'category', data: [...columnNames], axisLabel: { rotate: 90 }, splitArea: { show: true } },
      yAxis: { type: 'category', data: [...rowNames], inverse: true, splitArea: { show: true } },
      visualMap: {
        min: 0,
        max: 90,
        left: left + width + 20,
        top,
        itemHeight: Math.max(60, Math.min(200, height - 40)),
        calculable: false,
        text: ['90°', '0°'],
        inRange: { color: ['#1e3a8a', COLOURS.prediction, '#93c5fd', '#f8fafc'] },
      },
      series: [
        {
          type: 'heatmap',
          data: cells,
          label: {
            show: cell >= LABELLED_CELL,
            fontSize: 9,
            formatter: ({ value }) => String(Math.round((value as number[])[2]!)),
          },
        },
      ],
    },
    { width: Math.max(320, left + width + 90), height: Math.max(top + height + bottom, 160) },
  );
}

function requireAngles(
  { rows, cols, data }: AngleTable,
  rowNames: readonly string[],
  columnNames: readonly string[],
): void {
  if (rowNames.length !== rows || columnNames.length !== cols) {
    throw new FigureError(
      `angleHeatMap: ${rowNames.length} and ${columnNames.length} names for ${rows}×${cols} angles; expected one for each row and column.`,
    );
  }
  const k = Array.from(data).findIndex((angle) => !(angle >= 0 && angle <= Math.PI / 2 + 1e-9)); // rounding of acos
  if (k >= 0)
    throw new FigureError(
      `angleHeatMap: angle [${Math.floor(k / cols)}, ${k % cols}] is ${data[k]}; expected radians from 0 to π/2.`,
    );
}
