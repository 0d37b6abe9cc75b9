// Curves over one x axis, with a second y axis on the right where two quantities are shown together: a training's loss and score, say.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type ChartOption, type Figure, type FigureSize } from './figure.js';
import { legendOf } from './legend.js';
import { thresholdLine, type Threshold } from './threshold.js';

/** One line. */
export interface Curve {
  name: string;
  /** [x, y], x rising. */
  points: readonly (readonly [x: number, y: number])[];
  /** A CSS colour; default: the next of `COLOURS`. */
  colour?: string;
}

/** A y axis and what is drawn on it. */
export interface CurveAxis {
  name: string;
  /** Default `linear`. */
  scale?: 'linear' | 'log';
  /** The axis covers at least these; default: what the curves need. */
  min?: number;
  max?: number;
  curves: readonly Curve[];
  /** A dashed line to be above or below. */
  threshold?: Threshold | undefined;
}

export interface LineChartOptions extends Partial<FigureSize> {
  title?: string;
  /** Name of the x axis, and where it ends; default: at the last point. */
  x: { name: string; max?: number };
  left: CurveAxis;
  right?: CurveAxis;
}

const AXIS_COLOURS = [COLOURS.prediction, COLOURS.target, COLOURS.difference, COLOURS.muted];

/**
 * Curves over one x axis with their names above, on one or two y axes.
 * @throws FigureError for a point or a threshold that is not finite, or is not positive on a logarithmic axis.
 * @example
 * ```ts
 * import { lineChart } from '@lin/figures';
 * const { svg } = lineChart({
 *   x: { name: 'step' },
 *   left: {
 *     name: 'score',
 *     curves: [{ name: 'student', points: [[0, 0.2], [9, 0.8]] }],
 *     threshold: { value: 0.5, name: 'chance' },
 *   },
 * });
 * console.log(svg.includes('student'), svg.includes('chance'));
 * ```
 * ```text
 * true true
 * ```
 */
export function lineChart({ title, x, left, right, width = 900, height = 380 }: LineChartOptions): Figure {
  const axes = right ? [left, right] : [left];
  const curves = axes.flatMap((axis, yAxisIndex) =>
    axis.curves.map((curve, i) => ({ axis, curve, yAxisIndex, first: i === 0 })),
  );
  axes.forEach(requireThreshold);
  curves.forEach(({ axis, curve }) => requirePoints(axis, curve));
  const top = title === undefined ? 8 : 34;
  const legend = legendOf(
    curves.map(({ curve }) => curve.name),
    { top, width: width - 40, gap: 40 },
  );
  return renderChart(
    {
      ...(title !== undefined && { title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 15 } } }),
      legend: legend.option,
      grid: { left: 70, right: 80, top: top + 42 + legend.extra, bottom: 50 },
      xAxis: {
        type: 'value',
        name: x.name,
        nameLocation: 'middle',
        nameGap: 28,
        max: x.max ?? Math.max(...curves.flatMap(({ curve }) => curve.points.map(([at]) => at))),
      },
      yAxis: axes.map(valueAxis),
      series: curves.map(({ axis, curve, yAxisIndex, first }, i) => ({
        name: curve.name,
        type: 'line',
        yAxisIndex,
        showSymbol: false,
        data: curve.points.map((point) => [...point]),
        color: curve.colour ?? AXIS_COLOURS[i % AXIS_COLOURS.length]!,
        ...(first && axis.threshold && { markLine: thresholdLine(axis.threshold) }),
      })),
    },
    { width, height },
  );
}

function valueAxis({ name, scale = 'linear', min, max, threshold }: CurveAxis, i: number): object {
  const covered = [min, max, threshold?.value].filter((value) => value !== undefined);
  const [low, high] = [Math.min(...covered), Math.max(...covered)];
  const ends: ChartOption['yAxis'] = {
    ...((min !== undefined || threshold) && { min: (range) => rounded('floor', scale, Math.min(low, range.min)) }),
    ...((max !== undefined || threshold) && { max: (range) => rounded('ceil', scale, Math.max(high, range.max)) }),
  };
  if (scale === 'linear') return { type: 'value', name, ...ends, ...(i > 0 && { splitLine: { show: false } }) };
  return {
    type: 'log',
    name,
    ...ends,
    ...(i > 0 && { splitLine: { show: false } }),
    axisLabel: { formatter: (value: number) => value.toExponential(0) },
  };
}

/** On a logarithmic axis the power of ten beyond. */
const rounded = (direction: 'floor' | 'ceil', scale: 'linear' | 'log', value: number) =>
  scale === 'log' ? 10 ** Math[direction](Math.log10(value)) : value;

function requireThreshold({ scale, threshold }: CurveAxis): void {
  if (threshold && !(Number.isFinite(threshold.value) && (scale !== 'log' || threshold.value > 0)))
    throw new FigureError(
      `lineChart: the threshold "${threshold.name}" is ${threshold.value}; expected a finite number, positive on a logarithmic axis.`,
    );
}

function requirePoints({ scale }: CurveAxis, { name, points }: Curve): void {
  for (const [k, point] of points.entries()) {
    if (!point.every(Number.isFinite))
      throw new FigureError(`lineChart: point ${k} of "${name}" is (${point.join(', ')}); expected finite numbers.`);
    if (scale === 'log' && !(point[1] > 0))
      throw new FigureError(
        `lineChart: point ${k} of "${name}" is (${point.join(', ')}); a logarithmic axis shows positive numbers only.`,
      );
  }
}
