import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { TrainingDivergedError } from '@lin/train';
import { fitted, toyTraining } from '../../test/toy-training.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a training that diverges leaves the keys of the batch and what was last finite, and goes on from its checkpoint', async () => {
  const config = { training: { checkpoint_interval: 4 } };
  const whole = await toyTraining({ config });
  await fitted(whole);

  const run = await toyTraining({ config, spoil: { step: 6, value: NaN } });
  const error = (await fitted(run).catch((reason: unknown) => reason)) as Error;
  const path = join(run.folder.path, 'diverged.json');
  expect(error).toBeInstanceOf(TrainingDivergedError);
  expect(error.message).toMatch(
    /^Training diverged: the loss of step 6 is NaN\. Keys of its batch: \d+, \d+, \d+, \d+\. Last finite: step 5, loss /,
  );
  expect(error.message).toContain(`All of it is in ${path}. Lower linearizer.learning_rate`);
  const known = JSON.parse(await readFile(path, 'utf8')) as { keys: number[]; lastFinite: { step: number } };
  expect(known).toMatchObject({ step: 6, quantity: 'loss', value: 'NaN', lastFinite: { step: 5 } });
  expect(known.keys).toHaveLength(4);
  expect(known.keys.every((key) => run.dataset.split.train.includes(key))).toBe(true);

  const healed = await toyTraining({ config, folder: run.folder });
  await fitted(healed, { resume: true });
  expect(healed.model.A.matrix.dataSync()).toEqual(whole.model.A.matrix.dataSync());
  for (const { model } of [whole, run, healed]) model.dispose();
});
