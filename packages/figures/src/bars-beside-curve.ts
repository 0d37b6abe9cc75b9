// Bars in groups on the left, one for each series and category, and a curve on the right: what happened to a few, and to all the others.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type Figure } from './figure.js';
import { legendOf, textWidth } from './legend.js';

/** A bar in each category; none where the value is not finite. */
export interface BarSeries {
  name: string;
  values: readonly number[];
  /** A CSS colour. */
  colour: string;
  /** From 0, invisible, to 1, the default. */
  opacity?: number;
}

export interface GroupedBars {
  title: string;
  xName: string;
  categories: readonly string[];
  /** One value for each category. */
  series: readonly BarSeries[];
}

export interface CurveOverPlaces {
  title: string;
  xName: string;
  /** At place 1, 2, …; at most 1. */
  values: readonly number[];
}

/**
 * Groups of bars from 0 to 1 with their names above, and a curve up to 1 over places 1, 2, ….
 * @throws FigureError for a series with another number of values than categories.
 * @example
 * ```ts
 * import { barsBesideCurve } from '@lin/figures';
 * const { svg } = barsBesideCurve({
 *   bars: { title: 'AUC', xName: 'person', categories: ['a'], series: [{ name: 'before', values: [0.9], colour: '#2563eb' }] },
 *   curve: { title: 'cosine', xName: 'place', values: [0.8, 0.9] },
 * });
 * console.log(svg.includes('before'));
 * ```
 * ```text
 * true
 * ```
 */
export function barsBesideCurve({ bars, curve }: { bars: GroupedBars; curve: CurveOverPlaces }): Figure {
  requireSeries(bars);
  const { categories, series } = bars;
  const legend = legendOf(
    series.map(({ name }) => name),
    { top: 34, left: 50, width: 500, fontSize: 11, gap: 20 },
  );
  const top = 75 + legend.extra;
  const right = Math.max(560, 60 + textWidth(bars.title, 14) + 20); // of the bars' title
  const values = curve.values.filter(Number.isFinite);
  return renderChart(
    {
      title: [
        { text: bars.title, left: 60, top: 8, textStyle: { fontSize: 14 } },
        { text: curve.title, left: right, top: 8, textStyle: { fontSize: 14 } },
      ],
      legend: legend.option,
      grid: [
        { left: 60, top, width: 430, height: 250 },
        { left: right, top, width: 400, height: 250 },
      ],
      xAxis: [
        {
          gridIndex: 0,
          type: 'category',
          data: [...categories],
          name: bars.xName,
          nameLocation: 'middle',
          nameGap: 28,
        },
        {
          gridIndex: 1,
          type: 'value',
          name: curve.xName,
          nameLocation: 'middle',
          nameGap: 28,
          min: 1,
          max: Math.max(2, curve.values.length),
        },
      ],
      yAxis: [
        { gridIndex: 0, type: 'value', min: 0, max: 1 },
        { gridIndex: 1, type: 'value', min: Math.floor(10 * Math.min(0.9, ...values)) / 10, max: 1 },
      ],
      series: [
        ...series.map(({ name, values, colour, opacity = 1 }) => ({
          name,
          type: 'bar' as const,
          xAxisIndex: 0,
          yAxisIndex: 0,
          color: colour,
          itemStyle: { opacity },
          data: values.map((value) => (Number.isFinite(value) ? value : null)),
        })),
        {
          type: 'line',
          xAxisIndex: 1,
          yAxisIndex: 1,
          showSymbol: false,
          color: COLOURS.prediction,
          data: curve.values.map((value, i) => [i + 1, value]),
        },
      ],
    },
    { width: right + 440, height: top + 315 },
  );
}

function requireSeries({ categories, series }: GroupedBars): void {
  const other = series.find(({ values }) => values.length !== categories.length);
  if (other)
    throw new FigureError(
      `barsBesideCurve: "${other.name}" has ${other.values.length} values; expected ${categories.length}, one for each category.`,
    );
}
