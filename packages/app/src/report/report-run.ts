// The report of a run, from its model and its own files.
import { readMetrics, type DistillationBatch } from '@lin/train';
import { writeReport } from './report.js';
import { readSummary } from '../run/summary.js';
import type { Run } from '../run/run.js';

const SAMPLES = 5;

/** Writes figures and page; returns their paths, the page first. */
export async function reportRun(run: Run): Promise<string[]> {
  const { folder, model } = run;
  const samples = await someTestImages(run);
  const [metrics, summary] = [await readMetrics(folder.metrics), await readSummary(folder.summary)];
  return writeReport({ folder: folder.report, name: folder.name, model, samples, metrics, summary });
}

/** One batch of test images from all over the set, so that they are of different identities. */
async function someTestImages(run: Run): Promise<DistillationBatch> {
  const { test } = run.dataset.split;
  const count = Math.min(SAMPLES, test.length);
  const keys = Float64Array.from({ length: count }, (_, i) => test[Math.floor((i * test.length) / count)]!);
  for await (const batch of run.testBatches(keys, count)) return batch;
  throw new Error('unreachable: a test set has at least one image');
}
