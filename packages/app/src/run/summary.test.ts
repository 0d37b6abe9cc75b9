import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSummary } from '../../test/run-summary.js';
import { temporaryFolder } from '../../test/toy.js';
import { readSummary, writeSummary, type RunSummary } from './summary.js';

const summary: RunSummary = { ...runSummary, inverse: null };

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
