import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { SafetensorsError, type SafetensorsContent } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import { parametersOf, temporaryFolder, toyModel } from '../../test/toy.js';
import { Adam } from '../optimisers/adam.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const position = { epoch: 1, stepInEpoch: 2, step: 6, skipped: 0 };

/** A checkpoint of a toy model with its content changed, loaded into another toy model. */
async function loadChanged(change: (content: SafetensorsContent) => void) {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const [saved, other] = [1, 2].map((seed) => {
    const model = toyModel(seed);
    return { model, optimiser: new Adam(model.namedVariables()) };
  }) as [
    { model: ReturnType<typeof toyModel>; optimiser: Adam },
    { model: ReturnType<typeof toyModel>; optimiser: Adam },
  ];
  saved.optimiser.step = 6;
  await saveCheckpoint(path, { ...saved, state: { position, seconds: 1, dataSeconds: 0.25 } });
  const content = await readSafetensors(path);
  change(content);
  await writeSafetensors(path, content);
  const before = parametersOf(other.model);
  const outcome = await loadCheckpoint(path, other).then(
    (state) => state,
    (error: unknown) => error,
  );
  const result = {
    outcome,
    changed: JSON.stringify(parametersOf(other.model)) !== JSON.stringify(before),
    step: other.optimiser.step,
  };
  for (const { model, optimiser } of [saved, other]) {
    model.dispose();
    optimiser.dispose();
  }
  return result;
}

test('a checkpoint that nobody touched is loaded', async () => {
  expect(await loadChanged(() => {})).toEqual({
    outcome: { position, seconds: 1, dataSeconds: 0.25 },
    changed: true,
    step: 6,
  });
});

const stateOf = (state: object) => (content: SafetensorsContent) =>
  void (content.metadata['state'] = JSON.stringify(state));

test.each<[string, (content: SafetensorsContent) => void, RegExp]>([
  [
    'without its position',
    (content) => delete content.metadata['state'],
    /is not a checkpoint of format lin\.checkpoint\.1/,
  ],
  ['with a position that is no JSON', (content) => (content.metadata['state'] = '{'), /is not a checkpoint/],
  [
    'with a position that lacks a part',
    stateOf({ position: { epoch: 1, step: 6 }, seconds: 1, dataSeconds: 0.25 }),
    /is not a checkpoint/,
  ],
  [
    'with a negative step',
    stateOf({ position: { ...position, step: -1 }, seconds: 1, dataSeconds: 0.25 }),
    /is not a checkpoint/,
  ],
  ['of another format', (content) => (content.metadata['format'] = 'lin.checkpoint.2'), /is not a checkpoint/],
  ['without the count of updates', (content) => delete content.metadata['adamStep'], /is not a checkpoint/],
  [
    'without a moment',
    (content) => content.tensors.delete('adam.m.A.matrix'),
    /"adam\.m\.A\.matrix" of shape \[6, 4\] is missing/,
  ],
  ['without a parameter', (content) => content.tensors.delete('A.matrix'), /"A\.matrix" of shape \[6, 4\] is missing/],
])('a checkpoint %s is refused, with nothing assigned', async (_, change, message) => {
  const { outcome, changed, step } = await loadChanged(change);
  expect(outcome).toBeInstanceOf(SafetensorsError);
  expect((outcome as Error).message).toMatch(message);
  expect({ changed, step }).toEqual({ changed: false, step: 0 });
});
