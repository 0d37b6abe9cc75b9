// Loss and cosine over the steps of a run.
import { COLOURS, renderChart, type ChartOption, type Figure } from '@lin/figures';
import type { MetricsRow } from '@lin/train';

/** `floor`: the cosine that the mean embedding scores, drawn as the line to be above. */
export function learningCurve(rows: readonly MetricsRow[], { floor }: { floor?: number | undefined } = {}): Figure {
  const option: ChartOption = {
    legend: { top: 8, itemGap: 40, data: ['cosine to the teacher', 'loss'] },
    grid: { left: 70, right: 80, top: 50, bottom: 50 },
    xAxis: { type: 'value', name: 'step', nameLocation: 'middle', nameGap: 28, max: rows.at(-1)?.step ?? 1 },
    yAxis: [
      { type: 'value', name: 'cosine', min: (range) => Math.min(0, range.min), max: 1 },
      {
        type: 'log',
        name: 'loss (MSE)',
        splitLine: { show: false },
        axisLabel: { formatter: (value: number) => value.toExponential(0) },
      },
    ],
    series: [
      {
        name: 'cosine to the teacher',
        type: 'line',
        showSymbol: false,
        data: rows.map(({ step, cosine }) => [step, cosine]),
        color: COLOURS.prediction,
        ...(floor !== undefined && {
          markLine: {
            silent: true,
            symbol: 'none',
            lineStyle: { color: COLOURS.muted, type: 'dashed' },
            label: { formatter: 'mean embedding', position: 'insideStartTop' },
            data: [{ yAxis: floor }],
          },
        }),
      },
      {
        name: 'loss',
        type: 'line',
        yAxisIndex: 1,
        showSymbol: false,
        data: rows.map(({ step, loss }) => [step, loss]),
        color: COLOURS.target,
      },
    ],
  };
  return renderChart(option, { width: 900, height: 380 });
}
