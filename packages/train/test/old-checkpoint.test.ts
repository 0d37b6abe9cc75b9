// A checkpoint that the first 0.1.0 wrote after six steps of the toy training (reference/checkpoint-1.safetensors), and the parameters that
// it had two steps later (checkpoint-1.json).
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { loadCheckpoint } from '../src/training/checkpoint.js';
import { trainingSteps } from '../src/training/training-steps.js';
import { disposeOf, distillationOf, newSession, parametersOf, toyData } from './toy.js';

const reference = (name: string) => new URL(`reference/${name}`, import.meta.url);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a run of the first 0.1.0 goes on from its checkpoint as it did then', async () => {
  const session = newSession(5);
  const { position, seconds } = await loadCheckpoint(fileURLToPath(reference('checkpoint-1.safetensors')), session);
  expect([position, seconds]).toEqual([{ step: 6, data: { epoch: 1, batch: 2, skipped: 0 } }, 1.5]);
  const losses: number[] = [];
  const training = trainingSteps({
    ...distillationOf(session),
    data: toyData(4),
    epochs: 2,
    learningRate: () => 0.01,
    position,
  });
  for await (const { scalars } of training) losses.push(scalars.loss);
  const lossesThen = [0.25960204005241394, 0.26992833614349365];
  expect(losses).toHaveLength(2);
  losses.forEach((loss, i) => expect(loss).toBeCloseTo(lossesThen[i]!, 6));
  const then = JSON.parse(await readFile(reference('checkpoint-1.json'), 'utf8')) as Record<string, number[]>;
  const now = parametersOf(session.model);
  expect(Object.keys(now)).toEqual(Object.keys(then));
  for (const [name, values] of Object.entries(then))
    values.forEach((value, i) => expect(now[name]![i], name).toBeCloseTo(value, 5));
  disposeOf(session);
});
