import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { Adam, CheckpointFolder } from '@lin/train';
import { loadChosen, parseCheckpointChoice } from './checkpoint-choice.js';

let checkpoints: CheckpointFolder;
const weight = () => tf.variable(tf.scalar(0));
const modelOf = (w: tf.Variable) => ({ namedVariables: () => new Map([['w', w]]) });

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** After steps 1 to 4, of which 2 was the best: its weight is the step's number. */
beforeEach(async () => {
  checkpoints = new CheckpointFolder(await mkdtemp(join(tmpdir(), 'lin-choice-')), { keep: 2 });
  const w = weight();
  const optimiser = new Adam(new Map([['w', w]]));
  for (const step of [1, 2, 3, 4]) {
    tf.tidy(() => w.assign(tf.scalar(step)));
    const best = { step: Math.min(step, 2), figure: 'cosine', value: 0.5, since: 0 };
    const position = { step, data: { epoch: 0, batch: step } };
    await checkpoints.save({ model: modelOf(w), optimiser, state: { position, seconds: 0, dataSeconds: 0, best } });
  }
});

async function chosen(text: string): Promise<number> {
  const w = weight();
  await loadChosen(checkpoints, parseCheckpointChoice(text), { model: modelOf(w) });
  return w.dataSync()[0]!;
}

test('best, last, a step or a path', async () => {
  expect(await chosen('best')).toBe(2);
  expect(await chosen('last')).toBe(4);
  expect(await chosen('3')).toBe(3);
  expect(await chosen(join(checkpoints.path, 'step-00000003.safetensors'))).toBe(3);
});

test('a step that is not kept, and a path that is not there, are refused', async () => {
  await expect(chosen('1')).rejects.toThrow(
    /^--checkpoint 1: .* has no checkpoint after that step; it has those after 2, 3, 4\. training\.keep_every keeps more\.$/,
  );
  await expect(chosen('./nowhere.safetensors')).rejects.toThrow(/nowhere\.safetensors cannot be read \(ENOENT\)/);
});
