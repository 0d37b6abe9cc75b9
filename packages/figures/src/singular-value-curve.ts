// Singular values over their index on a logarithmic axis, one curve for each operator.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type Figure } from './figure.js';
import { legendOf } from './legend.js';
import { thresholdLine } from './threshold.js';

export interface SingularValueCurve {
  name: string;
  /** Largest first. */
  values: ArrayLike<number>;
}

export interface SingularValueCurveOptions {
  title?: string;
  /** Drawn as a line to be above: what counts as zero, such as rcond · s₁. */
  threshold?: number;
}

const CURVE_COLOURS = [COLOURS.prediction, COLOURS.target, COLOURS.difference, '#be123c', '#7c3aed', COLOURS.muted];

/**
 * Singular values over their index on a logarithmic axis. Values of zero have no place there: the curve ends before them, and its name
 * says how many there are.
 * @param curves Values largest first, finite and at least 0.
 * @throws FigureError for values that are negative or not finite.
 * @example
 * ```ts
 * import { singularValueCurve } from '@lin/figures';
 * const { svg } = singularValueCurve([{ name: 'A', values: [4, 2, 0] }], { threshold: 1e-3 });
 * console.log(svg.includes('A (1 of 3 are zero)'), svg.includes('zero below 1.0e-3'));
 * ```
 * ```text
 * true true
 * ```
 */
export function singularValueCurve(
  curves: readonly SingularValueCurve[],
  { title = 'singular values', threshold }: SingularValueCurveOptions = {},
): Figure {
  curves.forEach(requireSingularValues);
  const named = curves.map(({ name, values }) => {
    const points = Array.from(values, (value, k): [number, number] => [k + 1, value]).filter(([, value]) => value > 0);
    const zeros = values.length - points.length;
    return { name: zeros === 0 ? name : `${name} (${zeros} of ${values.length} are zero)`, points };
  });
  const legend = legendOf(
    named.map(({ name }) => name),
    { top: 34, width: 860, gap: 30 },
  );
  return renderChart(
    {
      title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 15 } },
      legend: legend.option,
      grid: { left: 90, right: 40, top: 70 + legend.extra, bottom: 55 },
      xAxis: {
        type: 'value',
        name: 'k',
        nameLocation: 'middle',
        nameGap: 30,
        min: 1,
        max: Math.max(2, ...curves.map(({ values }) => values.length)),
        minInterval: 1,
      },
      yAxis: {
        type: 'log',
        name: 's_k',
        nameLocation: 'middle',
        nameGap: 62,
        axisLabel: { formatter: (value: number) => value.toExponential(0) },
        min: ({ min }) => 10 ** Math.floor(Math.log10(Math.min(min, threshold || min))),
        max: ({ max }) => 10 ** Math.ceil(Math.log10(Math.max(max, threshold || max))),
      },
      series: named.map(({ name, points }, i) => ({
        name,
        type: 'line',
        data: points,
        showSymbol: points.length < 40,
        color: CURVE_COLOURS[i % CURVE_COLOURS.length]!,
        ...(i === 0 &&
          threshold !== undefined &&
          threshold > 0 && {
            markLine: thresholdLine({ value: threshold, name: `zero below ${threshold.toExponential(1)}` }),
          }),
      })),
    },
    { width: 900, height: 420 + legend.extra },
  );
}

function requireSingularValues({ name, values }: SingularValueCurve): void {
  for (let k = 0; k < values.length; k++) {
    if (!(values[k]! >= 0 && Number.isFinite(values[k]))) {
      throw new FigureError(
        `singularValueCurve: value ${k} of "${name}" is ${values[k]}; expected finite numbers of at least 0.`,
      );
    }
  }
}
