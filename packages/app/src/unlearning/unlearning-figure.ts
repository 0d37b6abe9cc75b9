// What unlearning did at a glance: how well the forgotten are still recognised, and how far everyone else has moved.
import type { Forgetting } from '@lin/linearizer';
import { COLOURS, renderChart, type Figure } from '@lin/figures';

const MOST_BARS = 12;

export function unlearningFigure({ identities, retained }: Pick<Forgetting, 'identities' | 'retained'>): Figure {
  const shown = identities.slice(0, MOST_BARS);
  const bars = (['againstTemplate', 'amongThemselves'] as const).flatMap((kind) =>
    (['before', 'after'] as const).map((time) => ({
      name: `${kind === 'againstTemplate' ? 'against the old template' : 'among themselves'}, ${time}`,
      type: 'bar' as const,
      xAxisIndex: 0,
      yAxisIndex: 0,
      color: kind === 'againstTemplate' ? COLOURS.prediction : COLOURS.difference,
      itemStyle: { opacity: time === 'before' ? 0.35 : 1 },
      data: shown.map((identity) => (Number.isFinite(identity[kind][time]) ? identity[kind][time] : null)),
    })),
  );
  const cosines = retained.identities.map(({ cosine }) => cosine);
  return renderChart(
    {
      title: [
        {
          text: `verification AUC of the forgotten, 0.5 is chance${identities.length > MOST_BARS ? ` (first ${MOST_BARS} of ${identities.length})` : ''}`,
          left: 60,
          top: 8,
          textStyle: { fontSize: 14 },
        },
        { text: 'cosine of everyone else to before', left: 560, top: 8, textStyle: { fontSize: 14 } },
      ],
      legend: {
        top: 34,
        left: 50,
        width: 480,
        itemGap: 40,
        textStyle: { fontSize: 11 },
        data: bars.map(({ name }) => name),
      },
      grid: [
        { left: 60, top: 95, width: 430, height: 250 },
        { left: 560, top: 95, width: 400, height: 250 },
      ],
      xAxis: [
        {
          gridIndex: 0,
          type: 'category',
          data: shown.map(({ identity }) => String(identity)),
          name: 'identity',
          nameLocation: 'middle',
          nameGap: 28,
        },
        {
          gridIndex: 1,
          type: 'value',
          name: 'identities, the most changed first',
          nameLocation: 'middle',
          nameGap: 28,
          min: 1,
          max: Math.max(2, cosines.length),
        },
      ],
      yAxis: [
        { gridIndex: 0, type: 'value', min: 0, max: 1 },
        { gridIndex: 1, type: 'value', min: Math.floor(10 * Math.min(...cosines)) / 10, max: 1 },
      ],
      series: [
        ...bars,
        {
          type: 'line',
          xAxisIndex: 1,
          yAxisIndex: 1,
          showSymbol: false,
          color: COLOURS.prediction,
          data: cosines.map((cosine, i) => [i + 1, cosine]),
        },
      ],
    },
    { width: 1000, height: 410 },
  );
}
