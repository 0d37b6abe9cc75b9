import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { SafetensorsError, type SafetensorsContent } from '@lin/safetensors';
import { readSafetensors, writeSafetensors } from '@lin/safetensors/file';
import { disposeOf, newSession, parametersOf, temporaryFolder } from '../../test/toy.js';
import { VERSION } from '../version.js';
import { checksumsOf } from './checksums.js';
import { withChecksum, type CheckpointState } from './checkpoint-metadata.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const position = { step: 6, data: { epoch: 1, batch: 2, image: 8, skipped: 0 } };

/** Its checksums made those of its content again: what was changed was written so. */
function seal({ tensors, metadata }: SafetensorsContent): void {
  if (metadata['format'] !== 'lin.checkpoint.3') return;
  metadata['tensors'] = JSON.stringify(checksumsOf(tensors));
  metadata['checksum'] = withChecksum(metadata)['checksum']!;
}

/** A checkpoint of a toy model with its content changed, loaded into another toy model. */
async function loadChanged(change: (content: SafetensorsContent) => void, finish = seal) {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const [saved, other] = [newSession(1), newSession(2)];
  saved.optimiser.step = 6;
  await saveCheckpoint(path, { ...saved, state: { position, seconds: 1, dataSeconds: 0.25 } });
  const content = await readSafetensors(path);
  change(content);
  finish(content);
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
  for (const key of ['writer', 'optimiser', 'updates', 'tensors', 'checksum']) delete metadata[key];
}

/** As they were before there were checksums. */
function asSecondFormat({ metadata }: SafetensorsContent): void {
  metadata['format'] = 'lin.checkpoint.2';
  for (const key of ['tensors', 'checksum']) delete metadata[key];
}

test('a checkpoint of the second format, which had no checksums, is loaded', async () => {
  const { outcome, changed, step } = await loadChanged(asSecondFormat);
  expect({ outcome, changed, step }).toEqual({
    outcome: { position, seconds: 1, dataSeconds: 0.25 },
    changed: true,
    step: 6,
  });
});

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
    /is not a checkpoint of format lin\.checkpoint\.3/,
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
  [
    'with half a batch',
    stateOf({ position: { ...position, data: { epoch: 1, batch: 1.5 } }, seconds: 1, dataSeconds: 0.25 }),
    /is not a checkpoint/,
  ],
  ['of another format', (content) => (content.metadata['format'] = 'lin.linearizer.1'), /is not a checkpoint/],
  [
    'of a later version',
    (content) => Object.assign(content.metadata, { format: 'lin.checkpoint.4', writer: '@lin/train 0.9.2' }),
    /was written as lin\.checkpoint\.4 by @lin\/train 0\.9\.2; @lin\/train 0\.1\.0 reads lin\.checkpoint\.1 to lin\.checkpoint\.3/,
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
  ['with an empty count of updates', ({ metadata }) => (metadata['updates'] = ''), /is not a checkpoint/],
  [
    'with an origin that is no mapping of texts',
    stateOf({ position, seconds: 1, dataSeconds: 0.25, origin: { data: 5 } }),
    /is not a checkpoint/,
  ],
  [
    'of an optimiser whose name would clear the screen',
    ({ metadata }) => (metadata['optimiser'] = '\u001b[2J\n'),
    /was trained with \\u001b\[2J\\u000a, not with adam; load it with that\.$/,
  ],
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

const unsealed = () => {};
const valuesOf = (content: SafetensorsContent, name: string) => content.tensors.get(name)!.data as Float32Array;

test.each<[string, (content: SafetensorsContent) => void, RegExp]>([
  [
    'whose step was edited',
    stateOf({ position: { ...position, step: 9 }, seconds: 1, dataSeconds: 0.25 }),
    /its metadata is not what was written/,
  ],
  [
    'whose count of updates was edited',
    ({ metadata }) => (metadata['updates'] = '9'),
    /its metadata is not what was written/,
  ],
  [
    'of which a turned bit made the format the one before checksums',
    (content) => {
      content.metadata['format'] = 'lin.checkpoint.2';
      valuesOf(content, 'A.matrix').fill(0, 12);
    },
    /its metadata is not what was written/,
  ],
  [
    'whose checksums were taken away',
    ({ metadata }) => delete metadata['checksum'],
    /its metadata is not what was written/,
  ],
  [
    'of which half a tensor is zeros',
    (content) => valuesOf(content, 'A.matrix').fill(0, 12),
    /tensor "A\.matrix" is damaged: its bytes are not those/,
  ],
  [
    'with the sign of a second moment turned',
    (content) => (valuesOf(content, 'adam.v.A.matrix')[3] = -1),
    /tensor "adam\.v\.A\.matrix" is damaged/,
  ],
  ['with NaN in a parameter', (content) => (valuesOf(content, 'A.matrix')[0] = NaN), /tensor "A\.matrix" is damaged/],
  [
    'of the second format with NaN in a parameter',
    (content) => {
      asSecondFormat(content);
      valuesOf(content, 'A.matrix')[0] = NaN;
    },
    /tensor "A\.matrix" holds values that are not finite/,
  ],
  [
    'of the second format with an infinite moment',
    (content) => {
      asSecondFormat(content);
      valuesOf(content, 'adam.v.A.matrix')[0] = Infinity;
    },
    /"adam\.v\.A\.matrix" holds values that are not finite/,
  ],
])('a checkpoint %s is refused, with nothing assigned', async (_, change, message) => {
  const { outcome, changed, step } = await loadChanged(change, unsealed);
  expect(outcome).toBeInstanceOf(SafetensorsError);
  expect((outcome as Error).message).toMatch(message);
  expect((outcome as Error).message).toMatch(/Take an older copy, or train again\.$/);
  expect({ changed, step }).toEqual({ changed: false, step: 0 });
});

test('no file with one bit turned, its second half zeros, or its end cut off is loaded', async () => {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const [saved, other] = [newSession(1), newSession(2)];
  saved.optimiser.step = 6;
  await saveCheckpoint(path, { ...saved, state: { position, seconds: 1, dataSeconds: 0.25 } });
  const whole = await readFile(path);
  const before = parametersOf(other.model);
  const refused = async (bytes: Buffer, what: string) => {
    await writeFile(path, bytes);
    await expect(loadCheckpoint(path, other), what).rejects.toThrow(SafetensorsError);
  };
  for (let i = 0; i < 300; i++) {
    const [at, bit] = [Math.floor((i * whole.length) / 300), i % 8];
    const turned = Buffer.from(whole);
    turned[at]! ^= 1 << bit;
    await refused(turned, `bit ${bit} of byte ${at}`);
  }
  await refused(Buffer.from(whole).fill(0, whole.length / 2), 'half zeros');
  for (const end of [0, 7, whole.length / 2, whole.length - 1]) await refused(whole.subarray(0, end), `cut at ${end}`);
  expect(parametersOf(other.model)).toEqual(before);
  await writeFile(path, whole);
  expect((await loadCheckpoint(path, other)).position).toEqual(position);
  disposeOf(saved, other);
});

test('what a checkpoint says is checked before anything is assigned', async () => {
  const path = join(await temporaryFolder(), 'latest.safetensors');
  const [saved, other] = [newSession(1), newSession(2)];
  const origin = { data: 'a fingerprint' };
  await saveCheckpoint(path, { ...saved, state: { position, seconds: 1, dataSeconds: 0.25, origin } });
  const before = parametersOf(other.model);
  const check = (state: CheckpointState) => {
    expect(state.origin).toEqual(origin);
    throw new Error('other data');
  };
  await expect(loadCheckpoint(path, { ...other, check })).rejects.toThrow('other data');
  expect(parametersOf(other.model)).toEqual(before);
  expect((await loadCheckpoint(path, other)).origin).toEqual(origin);
  disposeOf(saved, other);
});
