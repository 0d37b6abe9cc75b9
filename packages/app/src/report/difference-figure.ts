// The notebook's first figure: a few test images over the first coordinates of what separates the Linearizer from its teacher.
import { COLOURS, renderChart, type ChartOption, type Figure } from '@lin/figures';
import { imageUrl } from './image-url.js';

export interface EmbeddedImage {
  /** RGB bytes [112, 112, 3]. */
  image: Uint8Array;
  /** Unit embeddings of the Linearizer and of the teacher. */
  prediction: Float32Array;
  target: Float32Array;
}

const COORDINATES = 20;
const LIMIT = 0.1;
const COLUMN = 210;
const LEFT = 56;
const SHOWN_IMAGE = 150;

/** Images in a row, their differences' first 20 coordinates below, y from −0.1 to 0.1. */
export async function differenceFigure(samples: readonly EmbeddedImage[]): Promise<Figure> {
  const urls = await Promise.all(samples.map(({ image }) => imageUrl(image)));
  const column = (i: number) => LEFT + i * COLUMN;
  const option: ChartOption = {
    title: samples.map(({ prediction, target }, i) => ({
      text: `MSE ${meanSquaredError(prediction, target).toFixed(6)}`,
      left: column(i) + SHOWN_IMAGE / 2,
      top: 190,
      textAlign: 'center',
      textStyle: { fontSize: 13, color: COLOURS.text },
    })),
    graphic: urls.map((image, i) => ({
      type: 'image',
      left: column(i),
      top: 24,
      style: { image, width: SHOWN_IMAGE, height: SHOWN_IMAGE },
    })),
    grid: samples.map((_, i) => ({ left: column(i), top: 225, width: SHOWN_IMAGE + 25, height: 170 })),
    xAxis: samples.map((_, i) => ({
      gridIndex: i,
      type: 'category',
      data: Array.from({ length: COORDINATES }, (_, k) => String(k)),
      name: 'coordinate',
      nameLocation: 'middle',
      nameGap: 24,
      axisLine: { onZero: false },
      axisLabel: { interval: 4, fontSize: 10 },
    })),
    yAxis: samples.map((_, i) => ({
      gridIndex: i,
      type: 'value',
      min: -LIMIT,
      max: LIMIT,
      axisLabel: { show: i === 0, fontSize: 10 },
      ...(i === 0 && { name: 'f(x) − teacher', nameLocation: 'middle', nameGap: 38 }),
    })),
    series: samples.map(({ prediction, target }, i) => ({
      type: 'bar',
      xAxisIndex: i,
      yAxisIndex: i,
      data: Array.from(prediction.subarray(0, COORDINATES), (value, k) => value - target[k]!),
      itemStyle: { color: COLOURS.difference },
      clip: true,
    })),
  };
  return renderChart(option, { width: LEFT + samples.length * COLUMN, height: 450 });
}

export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
}
