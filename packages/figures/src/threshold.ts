// A dashed line across a chart: what a curve is to be above, or below.
import { COLOURS } from './figure.js';

/** A value on the y axis, and what it means. */
export interface Threshold {
  value: number;
  name: string;
}

/** The option of a series that draws it. */
export const thresholdLine = ({ value, name }: Threshold) => ({
  silent: true,
  symbol: 'none' as const,
  precision: -1, // or ECharts rounds it to two decimals: 1e-5 would be 0
  lineStyle: { color: COLOURS.muted, type: 'dashed' as const },
  label: { formatter: name, position: 'insideStartTop' as const },
  data: [{ yAxis: value }],
});
