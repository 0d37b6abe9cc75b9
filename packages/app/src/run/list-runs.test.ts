import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSummary } from '../../test/run-summary.js';
import { temporaryFolder } from '../../test/toy.js';
import { listRuns } from './list-runs.js';

test('every run, with what it has reached; nothing else that is there', async () => {
  const runs = await temporaryFolder();
  const write = async (name: string, files: Record<string, string>) => {
    await mkdir(join(runs, name));
    for (const [file, content] of Object.entries(files)) await writeFile(join(runs, name, file), content);
  };
  const metrics = '{"step":4,"cosine":0.25,"validation.cosine":0.125}\n{"step":8,"cosine":0.5}\n{"step":12,"cos'; // cut by a kill
  await write('open', { 'config.yaml': '', 'metrics.jsonl': metrics });
  await write('ended', { 'config.yaml': '', 'summary.json': JSON.stringify(runSummary) });
  await write('no-run', { 'notes.txt': '' });
  const listed = await listRuns(runs);
  expect(listed.map(({ name }) => name).sort()).toEqual(['ended', 'open']);
  expect(listed.find(({ name }) => name === 'open')).toMatchObject({
    hasEnded: false,
    steps: 8,
    trainingCosine: 0.5,
    validationCosine: 0.125,
    testCosine: null,
    testAccuracy: null,
  });
  expect(listed.find(({ name }) => name === 'ended')).toMatchObject({
    hasEnded: true,
    validationCosine: null,
    testCosine: 0.75,
    testAccuracy: runSummary.verification[0]!.student!.accuracy,
  });
});

test('of a folder that is not there is an empty list', async () => {
  expect(await listRuns(join(await temporaryFolder(), 'missing'))).toEqual([]);
});
