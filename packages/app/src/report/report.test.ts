import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { MetricsRow } from '@lin/train';
import { EMBEDDING, temporaryFolder, toyBatch, toyModel } from '../../test/toy.js';
import { runSummary as summary } from '../../test/run-summary.js';
import { differenceFigure, meanSquaredError } from './difference-figure.js';
import { flowFigure } from './flow-figure.js';
import { reportPage } from './page.js';
import { writeReport } from './report.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const metrics: MetricsRow[] = [1, 2, 3].map((step) => ({
  step,
  epoch: 0,
  loss: 0.01 / step,
  cosine: step / 4,
  gradientNorm: 1,
  learningRate: 0.1,
  imagesPerSecond: 10,
}));

/** What the SVG says, in reading order. */
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.trim());

/** Share of a PNG's pixels that are clearly coloured. */
async function colouredShare(png: Uint8Array): Promise<number> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let coloured = 0;
  for (let i = 0; i < data.length; i += 3)
    if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!) > 60)
      coloured++;
  return coloured / (info.width * info.height);
}

describe('the difference figure', () => {
  test('has an image, its error in the title, and the range ±0.1 for every sample', async () => {
    const { images, targets } = toyBatch(0, 2);
    const sample = (i: number) => ({
      image: images.slice((i * images.length) / 2, ((i + 1) * images.length) / 2),
      prediction: new Float32Array(32).fill(0.05 * (i + 1)),
      target: new Float32Array(32),
    });
    expect(targets).toHaveLength(2 * EMBEDDING);
    const { svg, png } = await differenceFigure([sample(0), sample(1)]);
    const texts = textsOf(svg);
    expect(texts).toContain('MSE 0.002500'); // 0.05²
    expect(texts).toContain('MSE 0.010000'); // 0.1²
    expect(texts).toContain('0.1');
    expect(texts).toContain('-0.1');
    expect(svg.match(/<image/g)).toHaveLength(2);
    expect(await colouredShare(png)).toBeGreaterThan(0.05); // bars and pictures, not an empty page
  });
});

describe('the flow figure', () => {
  test('states shapes, norms, cosine and error', async () => {
    const target = Float32Array.of(0.6, 0.8);
    const { svg } = await flowFigure({
      image: toyBatch(0, 1).images,
      core: Float32Array.of(3, 4, 12),
      mapped: Float32Array.of(0, 2),
      output: Float32Array.of(0, 5),
      target,
    });
    const texts = textsOf(svg).join(' | ').replaceAll(/\s+/g, ' ');
    expect(texts).toContain('[3] norm 13.000');
    expect(texts).toContain('[2] norm 2.000');
    expect(texts).toContain('[2] norm 5.000');
    expect(texts).toContain('cosine to the teacher 0.8000');
    expect(texts).toContain('MSE of unit embeddings 0.200000'); // (0.6² + 0.2²)/2
  });
});

test('the mean squared error is over coordinates', () => {
  expect(meanSquaredError(Float32Array.of(1, 2), Float32Array.of(0, 4))).toBeCloseTo(2.5, 9);
});

describe('the page', () => {
  test('escapes what it is given, and says that a stand-in recognises nobody', () => {
    const html = reportPage({ name: '<script>', modelSummary: 'a < b', figures: {}, summary });
    expect(html).not.toContain('<script>');
    expect(html).toContain('stand-in &lt;teacher&gt;');
    expect(html).toContain('a &lt; b');
    expect(html).toContain('recognises nobody');
    expect(html).toMatch(/0\.7500 \(the mean embedding scores 0\.2500\)/);
  });

  test('of a run that has not ended says so', () => {
    expect(reportPage({ name: 'r', modelSummary: '', figures: {}, summary: undefined })).toContain('has not ended yet');
  });
});

test('a report is a page and every figure as SVG and PNG', async () => {
  const folder = join(await temporaryFolder(), 'report');
  const model = toyModel();
  const before = tf.memory().numTensors;
  const paths = await writeReport({ folder, name: 'r', model, samples: toyBatch(0, 3), metrics, summary });
  expect(tf.memory().numTensors).toBe(before);
  expect(paths[0]).toBe(join(folder, 'index.html'));
  expect((await readdir(folder)).sort()).toEqual([
    'difference.png',
    'difference.svg',
    'flow.png',
    'flow.svg',
    'index.html',
    'learning-curve.png',
    'learning-curve.svg',
  ]);
  expect(paths).toHaveLength(7);
  const { format, width } = await sharp(join(folder, 'difference.png')).metadata();
  expect([format, width]).toEqual(['png', 2 * (56 + 3 * 210)]);
  expect(await readFile(join(folder, 'flow.svg'), 'utf8')).toMatch(/^<svg/);
  model.dispose();
});
