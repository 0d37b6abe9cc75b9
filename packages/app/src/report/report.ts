// A run's report folder: the figures as SVG and PNG, and a page that shows them beside the numbers.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { replaceFile } from '@lin/files';
import type { Encoder, Linearizer } from '@lin/linearizer';
import type { Figure } from '@lin/figures';
import { imagesToTensor, l2Normalise, type DistillationBatch, type MetricsRow } from '@lin/train';
import type { RunSummary } from '../run/summary.js';
import { differenceFigure, type EmbeddedImage } from './difference-figure.js';
import { flowFigure, type FlowTrace } from './flow-figure.js';
import { learningCurve } from './learning-curve.js';
import { reportPage } from './page.js';

export interface WriteReportOptions {
  folder: string;
  name: string;
  model: Linearizer<Encoder>;
  /** A few test images with their teacher's embeddings. */
  samples: DistillationBatch;
  metrics: readonly MetricsRow[];
  /** undefined while the run has not ended. */
  summary?: RunSummary | undefined;
}

/** Returns the paths of what it wrote, the page first. */
export async function writeReport({
  folder,
  name,
  model,
  samples,
  metrics,
  summary,
}: WriteReportOptions): Promise<string[]> {
  const { embedded, trace } = runModel(model, samples);
  const figures: Record<string, Figure> = {
    difference: await differenceFigure(embedded),
    flow: await flowFigure(trace),
    ...(metrics.length > 1 && {
      'learning-curve': learningCurve(metrics, { floor: summary?.test.cosineOfMeanEmbedding }),
    }),
  };
  await mkdir(folder, { recursive: true });
  const files = Object.entries(figures).flatMap(([figure, { svg, png }]) => [
    { path: join(folder, `${figure}.svg`), content: svg },
    { path: join(folder, `${figure}.png`), content: png },
  ]);
  const page = {
    path: join(folder, 'index.html'),
    content: reportPage({ name, modelSummary: model.summary(), figures, summary }),
  };
  await Promise.all([page, ...files].map(({ path, content }) => replaceFile(path, content)));
  return [page, ...files].map(({ path }) => path);
}

/** Every step of the sandwich for the samples; the trace is that of the first. */
function runModel(
  model: Linearizer<Encoder>,
  { images, size, targets }: DistillationBatch,
): { embedded: EmbeddedImage[]; trace: FlowTrace } {
  const [core, mapped, output, unit] = tf.tidy(() => {
    const core = model.core(imagesToTensor(images, [size, ...model.gx.imageShape]));
    const mapped = model.linear(core);
    const output = model.decode(mapped);
    return [core, mapped, output, l2Normalise(output)].map((tensor) => tensor.dataSync<'float32'>());
  }) as unknown as [Float32Array, Float32Array, Float32Array, Float32Array];
  const row = <T extends Float32Array | Uint8Array>(values: T, i: number) =>
    values.subarray((i * values.length) / size, ((i + 1) * values.length) / size) as T;
  return {
    embedded: Array.from({ length: size }, (_, i) => ({
      image: row(images, i),
      prediction: row(unit, i),
      target: row(targets, i),
    })),
    trace: {
      image: row(images, 0),
      core: row(core, 0),
      mapped: row(mapped, 0),
      output: row(output, 0),
      target: row(targets, 0),
    },
  };
}
