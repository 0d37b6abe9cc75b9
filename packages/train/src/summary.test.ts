import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/toy.js';
import { readSummary, writeSummary, type RunSummary } from './summary.js';

const summary: RunSummary = {
  engine: 'cpu: tfjs',
  device: 'cpu',
  precision: 'float32',
  teacher: { name: 'stand-in', standIn: true, sha256: '0' },
  data: { path: '/faces.rec', images: 12, identities: 3, trainImages: 8, testImages: 4 },
  model: { gx: 'encoder', parameters: 10 },
  epochs: 1,
  steps: 2,
  imagesPerSecond: 3,
  loss: { first: 0.1, last: 0.05 },
  test: { mse: 0.001, cosine: 0.75, cosineOfMeanEmbedding: 0.25, mseOfZero: 1 / 512 },
  inverse: null,
  seconds: 9,
};

test('a summary comes back, replaces the one before, and leaves nothing beside it', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'summary.json');
  await writeSummary(path, { ...summary, steps: 1 });
  await writeSummary(path, summary);
  expect(await readSummary(path)).toEqual(summary);
  expect(await readdir(folder)).toEqual(['summary.json']);
});

test('a run that has not ended has none', async () => {
  const folder = await temporaryFolder();
  expect(await readSummary(join(folder, 'summary.json'))).toBeUndefined();
  await writeFile(join(folder, 'summary.json.partial-1'), '{');
  expect(await readSummary(join(folder, 'summary.json'))).toBeUndefined();
});
