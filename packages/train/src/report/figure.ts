// A figure as SVG and PNG, without a browser: ECharts draws the SVG on the server side, resvg rasterises it with a font that Lin brings along.
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { init, type EChartsOption } from 'echarts';
import sharp from 'sharp';
import { IMAGE_SIZE } from '../training/pixels.js';

export interface Figure {
  svg: string;
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

export const COLOURS = { prediction: '#2563eb', target: '#f59e0b', difference: '#0f766e', text: '#1f2937', muted: '#6b7280' } as const;

export function renderChart(option: EChartsOption, { width, height }: FigureSize): Figure {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: { fontFamily: FONT, color: COLOURS.text }, ...option });
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

/** RGB bytes [112, 112, 3] as a URL that a figure can hold. */
export async function imageUrl(image: Uint8Array): Promise<string> {
  const png = await sharp(image, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 } }).png().toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
