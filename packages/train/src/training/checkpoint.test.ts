import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { SafetensorsError, type SafetensorsContent } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import { disposeOf, newSession, parametersOf, temporaryFolder } from '../../test/toy.js';
import { VERSION } from '../version.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const position = { step: 6, data: { epoch: 1, batch: 2, image: 8, skipped: 0 } };

/** A checkpoint of a toy model with its content changed, loaded into another toy model. */
async function loadChanged(change: (content: SafetensorsContent) => void) {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const [saved, other] = [newSession(1), newSession(2)];
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
  disposeOf(saved, other);
  return result;
}

test('a checkpoint that nobody touched is loaded', async () => {
  expect(await loadChanged(() => {})).toEqual({
    outcome: { position, seconds: 1, dataSeconds: 0.25 },
    changed: true,
    step: 6,
  });
});

/** As the first version of this package wrote them. */
function asFirstFormat({ metadata }: SafetensorsContent): void {
  const { step, data } = position;
  const first = { epoch: data.epoch, stepInEpoch: data.batch, step, skipped: 3 };
  metadata['format'] = 'lin.checkpoint.1';
  metadata['state'] = JSON.stringify({ position: first, seconds: 1, dataSeconds: 0.25 });
  metadata['adamStep'] = metadata['updates']!;
  for (const key of ['writer', 'optimiser', 'updates']) delete metadata[key];
}

test('a checkpoint of the first format is loaded, its position in today’s words', async () => {
  expect(await loadChanged(asFirstFormat)).toEqual({
    outcome: { position: { step: 6, data: { epoch: 1, batch: 2, skipped: 3 } }, seconds: 1, dataSeconds: 0.25 },
    changed: true,
    step: 6,
  });
});

test('a checkpoint of the first format without its count of updates is refused', async () => {
  const { outcome, changed } = await loadChanged((content) => {
    asFirstFormat(content);
    delete content.metadata['adamStep'];
  });
  expect((outcome as Error).message).toMatch(/is not a checkpoint/);
  expect(changed).toBe(false);
});

test('a checkpoint says which version wrote it', async () => {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const session = newSession();
  await saveCheckpoint(path, { ...session, state: { position, seconds: 1, dataSeconds: 0.25 } });
  expect((await readSafetensors(path)).metadata).toMatchObject({ writer: `@lin/train ${VERSION}`, optimiser: 'adam' });
  disposeOf(session);
});

const stateOf = (state: object) => (content: SafetensorsContent) =>
  void (content.metadata['state'] = JSON.stringify(state));

test.each<[string, (content: SafetensorsContent) => void, RegExp]>([
  [
    'without its position',
    (content) => delete content.metadata['state'],
    /is not a checkpoint of format lin\.checkpoint\.2/,
  ],
  ['with a position that is no JSON', (content) => (content.metadata['state'] = '{'), /is not a checkpoint/],
  [
    'with a position that lacks a part',
    stateOf({ position: { ...position, data: { epoch: 1 } }, seconds: 1, dataSeconds: 0.25 }),
    /is not a checkpoint/,
  ],
  [
    'with a negative step',
    stateOf({ position: { ...position, step: -1 }, seconds: 1, dataSeconds: 0.25 }),
    /is not a checkpoint/,
  ],
  ['of another format', (content) => (content.metadata['format'] = 'lin.linearizer.1'), /is not a checkpoint/],
  [
    'of a later version',
    (content) => Object.assign(content.metadata, { format: 'lin.checkpoint.3', writer: '@lin/train 0.9.2' }),
    /was written as lin\.checkpoint\.3 by @lin\/train 0\.9\.2; @lin\/train 0\.1\.0 reads lin\.checkpoint\.1 and lin\.checkpoint\.2/,
  ],
  [
    'of another version, whose parameters had other names',
    ({ metadata, tensors }) => {
      metadata['writer'] = '@lin/train 0.0.9';
      tensors.delete('A.matrix');
    },
    /latest\.safetensors \(written by @lin\/train 0\.0\.9\): tensor "A\.matrix" of shape \[6, 4\] is missing/,
  ],
  ['of another optimiser', (content) => (content.metadata['optimiser'] = 'sgd'), /was trained with sgd, not with adam/],
  ['without the count of updates', (content) => delete content.metadata['updates'], /is not a checkpoint/],
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
