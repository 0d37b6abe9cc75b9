// The notebook's second figure: one image on its way through the sandwich, step by step, with shapes and norms, and the teacher beside the
// end.
import { COLOURS, renderChart, type ChartOption, type Figure } from '@lin/figures';
import { meanSquaredError } from './difference-figure.js';
import { imageUrl } from './image-url.js';

export interface FlowTrace {
  /** RGB bytes [112, 112, 3]. */
  image: Uint8Array;
  /** g_x(x), [latentDim]. */
  core: Float32Array;
  /** A g_x(x), [embeddingSize]. */
  mapped: Float32Array;
  /** g_y⁻¹(A g_x(x)), [embeddingSize], as the network gives it: not normalised. */
  output: Float32Array;
  /** The teacher's unit embedding. */
  target: Float32Array;
}

const SHOWN = 64;
const COLUMN = 235;
const PLOT_WIDTH = 180;

export async function flowFigure({ image, core, mapped, output, target }: FlowTrace): Promise<Figure> {
  const unit = output.map((value) => value / norm(output));
  const cosine = unit.reduce((sum, value, i) => sum + value * target[i]!, 0);
  const steps = [
    { name: 'g_x(x)', values: core, colour: COLOURS.difference },
    { name: 'A · g_x(x)', values: mapped, colour: COLOURS.difference },
    { name: 'f(x) = g_y⁻¹(A · g_x(x))', values: output, colour: COLOURS.prediction },
    { name: 'teacher(x)', values: target, colour: COLOURS.target },
  ];
  const left = (column: number) => 30 + column * COLUMN;
  const caption = (column: number, name: string, shape: string) => ({
    text: name,
    subtext: shape,
    left: left(column) + PLOT_WIDTH / 2,
    top: 20,
    textAlign: 'center' as const,
    itemGap: 6,
    textStyle: { fontSize: 14, color: COLOURS.text },
    subtextStyle: { fontSize: 11, color: COLOURS.muted },
  });
  const option: ChartOption = {
    title: [
      caption(0, 'x', 'image 112×112×3, pixels in [−1, 1]'),
      ...steps.map(({ name, values }, i) =>
        caption(i + 1, name, `[${values.length}]   norm ${norm(values).toFixed(3)}`),
      ),
      {
        text: `cosine to the teacher ${cosine.toFixed(4)}     MSE of unit embeddings ${meanSquaredError(unit, target).toFixed(6)}`,
        left: 'center',
        bottom: 10,
        textStyle: { fontSize: 13, fontWeight: 'normal', color: COLOURS.text },
      },
    ],
    graphic: [
      { type: 'image', left: left(0) + 5, top: 75, style: { image: await imageUrl(image), width: 170, height: 170 } },
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
    series: steps.map(({ values, colour }, i) => ({
      type: 'bar',
      xAxisIndex: i,
      yAxisIndex: i,
      data: Array.from(values.subarray(0, SHOWN)),
      itemStyle: { color: colour },
      barCategoryGap: '10%',
    })),
  };
  return renderChart(option, { width: left(steps.length + 1), height: 300 });
}

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
