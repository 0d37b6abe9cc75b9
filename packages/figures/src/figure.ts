// A figure as SVG and PNG, in Node and without a browser: ECharts draws the SVG on the server side, resvg rasterises it with a font that is
// brought along.
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { init, type EChartsOption } from 'echarts';

export type { EChartsOption as ChartOption } from 'echarts';

export interface Figure {
  svg: string;
  /** Twice as many pixels in each direction as the SVG has units. */
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

/** Draws a chart, on white and without animation. */
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

/** Adds the PNG of an SVG. */
export function figureOf(svg: string): Figure {
  const resvg = new Resvg(svg, {
    font: { fontFiles: FONT_FILES.map((file) => resolve(file)), loadSystemFonts: false, defaultFontFamily: FONT },
    fitTo: { mode: 'zoom', value: PNG_ZOOM },
  });
  return { svg, png: resvg.render().asPng() };
}
