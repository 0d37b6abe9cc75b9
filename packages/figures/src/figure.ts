// A figure as SVG and PNG, in Node and without a browser: ECharts draws the SVG on the server side, resvg rasterises it with a font that is
// brought along.
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { init, type EChartsOption } from 'echarts';

export type { EChartsOption as ChartOption } from 'echarts';

export interface Figure {
  svg: string;
  /** In each direction it has two pixels for each unit of the SVG. */
  png: Uint8Array;
}

export interface FigureSize {
  width: number;
  height: number;
}

const FONT = 'DejaVu Sans';
const PNG_ZOOM = 2;
const { resolve } = createRequire(import.meta.url);
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => `dejavu-fonts-ttf/ttf/${name}`);

export const COLOURS = {
  prediction: '#2563eb',
  target: '#f59e0b',
  difference: '#0f766e',
  text: '#1f2937',
  muted: '#6b7280',
} as const;

/**
 * Draws a chart that no other function has: any option of ECharts (https://echarts.apache.org/en/option.html), on white, without
 * animation.
 * @param option Of ECharts.
 * @example
 * ```ts
 * import { renderChart } from '@lin/figures';
 * const option = { xAxis: {}, yAxis: {}, series: [{ type: 'line' as const, data: [[0, 0], [1, 1]] }] };
 * const { svg, png } = renderChart(option, { width: 300, height: 200 });
 * console.log(svg.slice(0, 16), png.length > 1000);
 * ```
 * ```text
 * <svg width="300" true
 * ```
 */
export function renderChart(option: EChartsOption, { width, height }: FigureSize): Figure {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: FONT, color: COLOURS.text },
      ...option,
    });
    return figureOf(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/**
 * Adds the PNG of an SVG, twice as large in each direction; texts in DejaVu Sans.
 * @param svg A whole document.
 * @example
 * ```ts
 * import { figureOf } from '@lin/figures';
 * const { png } = figureOf('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>');
 * console.log(String.fromCharCode(...png.subarray(1, 4)));
 * ```
 * ```text
 * PNG
 * ```
 */
export function figureOf(svg: string): Figure {
  const resvg = new Resvg(svg, {
    font: { fontFiles: FONT_FILES.map((file) => resolve(file)), loadSystemFonts: false, defaultFontFamily: FONT },
    fitTo: { mode: 'zoom', value: PNG_ZOOM },
  });
  return { svg, png: resvg.render().asPng() };
}
