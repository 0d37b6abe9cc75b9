// The report of a run, from its model and its own files.
import { readMetrics, type TrainingBatch } from '@lin/train';
import type { Config } from '../config/schema.js';
import { writeReport } from './report.js';
import type { RunFolder } from '../run/run-folder.js';
import { readSummary } from '../run/summary.js';
import { testBatches, type Prepared } from '../run/run.js';

const SAMPLES = 5;

/** Writes figures and page; returns their paths, the page first. */
export async function reportRun(run: RunFolder, prepared: Prepared, config: Config): Promise<string[]> {
  const samples = await someTestImages(prepared, config);
  const [metrics, summary] = [await readMetrics(run.metrics), await readSummary(run.summary)];
  return writeReport({ folder: run.report, name: run.name, model: prepared.model, samples, metrics, summary });
}

/** One batch of test images from all over the set, so that they are of different identities. */
async function someTestImages(prepared: Prepared, config: Config): Promise<TrainingBatch> {
  const { test } = prepared.dataset.split;
  const count = Math.min(SAMPLES, test.length);
  const keys = Float64Array.from({ length: count }, (_, i) => test[Math.floor((i * test.length) / count)]!);
  for await (const batch of testBatches(
    prepared,
    { ...config, evaluation: { ...config.evaluation, batch_size: count } },
    { keys },
  ))
    return batch;
  throw new Error('unreachable: a test set has at least one image');
}
