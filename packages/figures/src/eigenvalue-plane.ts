// Eigenvalues on the complex plane with the unit circle: what lies inside dies out under repeated application, what lies outside grows.
import { FigureError } from './errors.js';
import { COLOURS, renderChart, type Figure } from './figure.js';

/**
 * Eigenvalues on the complex plane with the unit circle. One unit is as long in both directions.
 * @throws FigureError for an eigenvalue that is not finite.
 * @example
 * ```ts
 * import { eigenvaluePlane } from '@lin/figures';
 * const { svg } = eigenvaluePlane([{ re: 0, im: 1 }, { re: 0, im: -1 }]);
 * console.log(svg.includes('Im λ'));
 * ```
 * ```text
 * true
 * ```
 */
export function eigenvaluePlane(
  eigenvalues: readonly { re: number; im: number }[],
  { title = 'eigenvalues' }: { title?: string } = {},
): Figure {
  eigenvalues.forEach(({ re, im }, k) => {
    if (!Number.isFinite(re) || !Number.isFinite(im))
      throw new FigureError(`eigenvaluePlane: eigenvalue ${k} is ${re} + ${im}i; expected finite numbers.`);
  });
  const limit = 1.15 * Math.max(1, ...eigenvalues.map(({ re, im }) => Math.max(Math.abs(re), Math.abs(im))));
  const axis = {
    type: 'value' as const,
    min: -limit,
    max: limit,
    nameLocation: 'middle' as const,
    axisLabel: { formatter: (value: number) => String(Number(value.toPrecision(2))) },
  };
  return renderChart(
    {
      title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 15 } },
      grid: { left: 75, top: 45, width: 500, height: 500 },
      xAxis: { ...axis, name: 'Re λ', nameGap: 30 },
      yAxis: { ...axis, name: 'Im λ', nameGap: 48 },
      series: [
        {
          type: 'line',
          data: CIRCLE,
          showSymbol: false,
          silent: true,
          lineStyle: { color: COLOURS.muted, type: 'dashed', width: 1 },
        },
        {
          type: 'scatter',
          data: eigenvalues.map(({ re, im }) => [re, im]),
          symbolSize: 7,
          itemStyle: { color: COLOURS.prediction, opacity: 0.7 },
        },
      ],
    },
    { width: 610, height: 610 },
  );
}

const CIRCLE = Array.from({ length: 181 }, (_, k) => [Math.cos((k * Math.PI) / 90), Math.sin((k * Math.PI) / 90)]);
