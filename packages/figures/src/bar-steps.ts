// A picture turned into vectors step by step: the picture, then a bar chart of the first numbers of each vector, with arrows between.
import { COLOURS, renderChart, type ChartOption, type Figure } from './figure.js';

/** What stands over a picture or a chart: a name and, smaller, more of it. */
export interface StepCaption {
  name: string;
  detail: string;
}

/** A vector on the way. */
export interface BarStep extends StepCaption {
  values: ArrayLike<number>;
  /** A CSS colour; default: that of differences. */
  colour?: string;
}

export interface BarStepsOptions {
  /** The picture at the start: a `data:` URL, drawn as a square. */
  start: StepCaption & { picture: string };
  steps: readonly BarStep[];
  /** Below all. */
  footer?: string;
}

const SHOWN = 64;
const COLUMN = 235;
const PLOT_WIDTH = 180;

/**
 * A picture that becomes vectors step by step: the first 64 numbers of each as bars. An arrow leads into each but the last, which is
 * there to be compared with.
 * @example
 * ```ts
 * import { barSteps } from '@lin/figures';
 * const picture = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')}`;
 * const { svg } = barSteps({
 *   start: { name: 'x', detail: 'image', picture },
 *   steps: [{ name: 'g(x)', detail: '[2]', values: [1, -1] }, { name: 'teacher(x)', detail: '[2]', values: [1, 0] }],
 * });
 * console.log(svg.includes('teacher(x)'));
 * ```
 * ```text
 * true
 * ```
 */
export function barSteps({ start, steps, footer }: BarStepsOptions): Figure {
  const left = (column: number) => 30 + column * COLUMN;
  const caption = ({ name, detail }: StepCaption, column: number) => ({
    text: name,
    subtext: detail,
    left: left(column) + PLOT_WIDTH / 2,
    top: 20,
    textAlign: 'center' as const,
    itemGap: 6,
    textStyle: { fontSize: 14, color: COLOURS.text },
    subtextStyle: { fontSize: 11, color: COLOURS.muted },
  });
  const option: ChartOption = {
    title: [
      ...[start, ...steps].map(caption),
      {
        text: footer ?? '',
        left: 'center',
        bottom: 10,
        textStyle: { fontSize: 13, fontWeight: 'normal', color: COLOURS.text },
      },
    ],
    graphic: [
      { type: 'image', left: left(0) + 5, top: 75, style: { image: start.picture, width: 170, height: 170 } },
      ...steps.slice(0, -1).map((_, i) => ({
        type: 'text' as const,
        left: left(i + 1) - 40,
        top: 150,
        style: { text: '→', fontSize: 22, fill: COLOURS.muted },
      })),
    ],
    grid: steps.map((_, i) => ({ left: left(i + 1), top: 75, width: PLOT_WIDTH, height: 170 })),
    xAxis: steps.map((_, i) => ({
      gridIndex: i,
      type: 'category',
      show: false,
      data: Array.from({ length: SHOWN }, (_, k) => String(k)),
    })),
    yAxis: steps.map((_, i) => ({
      gridIndex: i,
      type: 'value',
      splitNumber: 3,
      axisLabel: { fontSize: 9, inside: false },
      splitLine: { lineStyle: { opacity: 0.4 } },
    })),
    series: steps.map(({ values, colour = COLOURS.difference }, i) => ({
      type: 'bar',
      xAxisIndex: i,
      yAxisIndex: i,
      data: Array.from({ length: Math.min(SHOWN, values.length) }, (_, k) => values[k]!),
      itemStyle: { color: colour },
      barCategoryGap: '10%',
    })),
  };
  return renderChart(option, { width: left(steps.length + 1), height: 300 });
}
