// Pictures in a row, each over a bar chart of numbers that belong to it; all charts share one y axis.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type ChartOption, type Figure } from './figure.js';

/** A picture and its numbers. */
export interface PictureWithBars {
  /** A `data:` URL; drawn as a square. */
  picture: string;
  /** Between the picture and its bars. */
  caption: string;
  values: ArrayLike<number>;
}

export interface PicturesOverBarsOptions {
  /** Names of the axes. */
  xName: string;
  yName: string;
}

const COLUMN = 210;
const LEFT = 56;
const SHOWN_IMAGE = 150;

/**
 * Pictures in a row, each over the bars of its numbers; the one y axis goes as far up as down, to the round number that all bars fit
 * below.
 * @throws FigureError for no columns, or a value that is not finite.
 * @example
 * ```ts
 * import { picturesOverBars } from '@lin/figures';
 * const picture = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')}`;
 * const columns = [{ picture, caption: 'MSE 0.01', values: [0.1, -0.3] }];
 * const { svg } = picturesOverBars(columns, { xName: 'coordinate', yName: 'difference' });
 * console.log(svg.includes('MSE 0.01'), svg.includes('-0.3'));
 * ```
 * ```text
 * true true
 * ```
 */
export function picturesOverBars(
  columns: readonly PictureWithBars[],
  { xName, yName }: PicturesOverBarsOptions,
): Figure {
  requireValues(columns);
  const limit = limitOf(columns);
  const left = (i: number) => LEFT + i * COLUMN;
  const option: ChartOption = {
    title: columns.map(({ caption }, i) => ({
      text: caption,
      left: left(i) + SHOWN_IMAGE / 2,
      top: 190,
      textAlign: 'center',
      textStyle: { fontSize: 13, color: COLOURS.text },
    })),
    graphic: columns.map(({ picture }, i) => ({
      type: 'image',
      left: left(i),
      top: 24,
      style: { image: picture, width: SHOWN_IMAGE, height: SHOWN_IMAGE },
    })),
    grid: columns.map((_, i) => ({ left: left(i), top: 225, width: SHOWN_IMAGE + 25, height: 170 })),
    xAxis: columns.map(({ values }, i) => ({
      gridIndex: i,
      type: 'category',
      data: Array.from({ length: values.length }, (_, k) => String(k)),
      name: xName,
      nameLocation: 'middle',
      nameGap: 24,
      axisLine: { onZero: false },
      axisLabel: { interval: 4, fontSize: 10 },
    })),
    yAxis: columns.map((_, i) => ({
      gridIndex: i,
      type: 'value',
      min: -limit,
      max: limit,
      interval: limit / 2,
      axisLabel: { show: i === 0, fontSize: 10, ...(limit < 1e-3 && { formatter: exponential }) },
      ...(i === 0 && { name: yName, nameLocation: 'middle', nameGap: 38 }),
    })),
    series: columns.map(({ values }, i) => ({
      type: 'bar',
      xAxisIndex: i,
      yAxisIndex: i,
      data: Array.from(values),
      itemStyle: { color: COLOURS.difference },
      clip: true,
    })),
  };
  return renderChart(option, { width: LEFT + columns.length * COLUMN, height: 450 });
}

function requireValues(columns: readonly PictureWithBars[]): void {
  if (columns.length === 0) throw new FigureError('picturesOverBars: expected at least one picture.');
  columns.forEach(({ caption, values }) => {
    const k = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (k >= 0)
      throw new FigureError(`picturesOverBars: value ${k} of "${caption}" is ${values[k]}; expected finite numbers.`);
  });
}

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
const ROUNDING = 1e-6; // float32's 0.1 is above 0.1

/** The least round number that no value is beyond; of zeros 1. */
function limitOf(columns: readonly PictureWithBars[]): number {
  const largest = Math.max(...columns.flatMap(({ values }) => Array.from(values, Math.abs)));
  if (!(largest > 0)) return 1;
  const power = Math.floor(Math.log10(largest));
  const mantissa = largest / 10 ** power;
  return Number(`${ROUND.find((digit) => mantissa <= digit * (1 + ROUNDING)) ?? 10}e${power}`);
}

const exponential = (value: number) => (value === 0 ? '0' : value.toExponential(0));
