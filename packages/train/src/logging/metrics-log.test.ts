import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/toy.js';
import { appendMetrics, readMetrics, rewindMetrics, type MetricsRow } from './metrics-log.js';

const row = (step: number): MetricsRow => ({
  step,
  epoch: 0,
  loss: 1 / step,
  cosine: 0.5,
  gradientNorm: 1,
  learningRate: 0.1,
  imagesPerSecond: 10,
});

test('rows are one JSON object a line, and come back', async () => {
  const path = join(await temporaryFolder(), 'metrics.jsonl');
  expect(await readMetrics(path)).toEqual([]);
  for (const step of [1, 2, 3]) await appendMetrics(path, row(step));
  expect(
    (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).step),
  ).toEqual([1, 2, 3]);
  expect(await readMetrics(path)).toEqual([row(1), row(2), row(3)]);
});

test('rewinding drops what came after the checkpoint, and a line that a kill cut short', async () => {
  const path = join(await temporaryFolder(), 'metrics.jsonl');
  for (const step of [1, 2, 3, 4]) await appendMetrics(path, row(step));
  await appendFile(path, '{"step":5,"lo');
  await rewindMetrics(path, 2);
  await appendMetrics(path, row(3));
  expect((await readMetrics(path)).map(({ step }) => step)).toEqual([1, 2, 3]);
});
