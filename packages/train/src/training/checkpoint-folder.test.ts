import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { replaceFile } from '@lin/files';
import { SafetensorsError } from '@lin/safetensors';
import { disposeOf, newSession, parametersOf, temporaryFolder, type Session } from '../../test/toy.js';
import { CheckpointFolder, type CheckpointFolderOptions } from './checkpoint-folder.js';
import type { CheckpointState } from './checkpoint-metadata.js';
import { saveCheckpoint } from './checkpoint.js';
import { DamagedCheckpointError } from './damaged-checkpoint-error.js';

let path: string;
let session: Session;
beforeAll(async () => {
  await tf.setBackend('cpu');
});
beforeEach(async () => {
  path = join(await temporaryFolder(), 'checkpoints');
  session = newSession();
});

const stateOf = (step: number, best?: number): CheckpointState => ({
  position: { step, data: { epoch: 0, batch: step } },
  seconds: 1,
  dataSeconds: 0,
  ...(best !== undefined && { best: { step: best, figure: 'cosine', value: 0.5, since: 0 } }),
});

/** A is filled with the step. */
async function save(folder: CheckpointFolder, step: number, best?: number): Promise<void> {
  const { A } = session.model;
  tf.tidy(() => A.matrix.assign(tf.fill(A.matrix.shape as [number, number], step)));
  await folder.save({ ...session, state: stateOf(step, best) });
}

const open = (options?: CheckpointFolderOptions) => new CheckpointFolder(path, options);
const file = (step: number) => join(path, `step-${String(step).padStart(8, '0')}.safetensors`);
const kept = async () => (await readdir(path)).flatMap((name) => /^step-0*(\d+)/.exec(name)?.[1] ?? []).map(Number);
const valueOf = ({ model }: Session) => parametersOf(model)['A.matrix']![0];

/** Loads into another session: which step it has, and what was said of damage. */
async function loaded(which: 'loadNewest' | 'loadBest' = 'loadNewest') {
  const other = newSession(2);
  const damaged: string[] = [];
  const result = await open()[which]({ ...other, onDamaged: ({ message }) => damaged.push(message) });
  const value = valueOf(other);
  disposeOf(other);
  return { step: result?.state.position.step, value, damaged };
}

describe('what stays', () => {
  test('is the newest two, under their steps and the newest as latest, too', async () => {
    const folder = open();
    expect(await folder.isEmpty()).toBe(true);
    for (const step of [5, 10, 15]) await save(folder, step);
    expect(await kept()).toEqual([10, 15]);
    expect(await readFile(join(path, 'latest.safetensors'))).toEqual(await readFile(file(15)));
    expect(await folder.isEmpty()).toBe(false);
  });

  test('is as many as is said, and those of every so many steps', async () => {
    const folder = open({ keep: 1, keepEvery: 10 });
    for (const step of [5, 10, 15, 20, 25, 30, 33]) await save(folder, step);
    expect(await kept()).toEqual([10, 20, 30, 33]);
  });

  test('is the best that one of them knows, too, and best is its name', async () => {
    const folder = open();
    await save(folder, 5, 5);
    for (const step of [10, 15, 20]) await save(folder, step, 5);
    expect(await kept()).toEqual([5, 15, 20]);
    await save(folder, 25, 25);
    expect(await kept()).toEqual([5, 20, 25]); // where 25 is damaged, 20 goes on with 5
    expect(await readFile(join(path, 'best.safetensors'))).toEqual(await readFile(file(25)));
    await save(folder, 30, 25);
    expect(await kept()).toEqual([25, 30]);
  });

  test('a new one is whole before an old one goes', async () => {
    const folder = open({ keep: 1 });
    await save(folder, 5);
    const lost = { synchronise: () => Promise.reject(new Error('lost')) };
    await expect(folder.save({ ...session, training: lost, state: stateOf(10) })).rejects.toThrow('lost');
    expect(await kept()).toEqual([5]);
  });

  test('of a session that went on from an older one are not those of the future that it left', async () => {
    const folder = open({ keep: 3 });
    for (const step of [5, 10, 15]) await save(folder, step);
    const again = open({ keep: 3 });
    await save(again, 7);
    expect(await kept()).toEqual([5, 7]);
  });
});

describe('what is loaded', () => {
  test('is the newest, or nothing where there is nothing', async () => {
    expect(await loaded()).toMatchObject({ step: undefined });
    for (const step of [5, 10]) await save(open(), step);
    expect(await loaded()).toEqual({ step: 10, value: 10, damaged: [] });
  });

  test('is the file of a version that had only one', async () => {
    await save(open(), 5);
    await rm(file(5));
    expect(await loaded()).toEqual({ step: 5, value: 5, damaged: [] });
  });

  test('is the best where it is asked for', async () => {
    const folder = open();
    for (const step of [5, 10, 15]) await save(folder, step, 5);
    expect(await loaded('loadBest')).toEqual({ step: 5, value: 5, damaged: [] });
    await rm(file(5));
    const { step, value, damaged } = await loaded('loadBest');
    expect([step, value]).toEqual([15, 15]);
    expect(damaged).toEqual([`${file(5)}, the best checkpoint, is gone.`]);
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['empty', () => Buffer.alloc(0)],
    ['cut in its header', (bytes) => bytes.subarray(0, 100)],
    ['cut at its end', (bytes) => bytes.subarray(0, -1)],
    ['zeros', (bytes) => bytes.fill(0)],
    ['zeros in its second half', (bytes) => bytes.fill(0, bytes.length / 2)],
    [
      'another version by a turned bit',
      (bytes) => Buffer.from(bytes.toString('latin1').replace('lin.checkpoint.3', 'lin.checkpoint.7'), 'latin1'),
    ],
    ['longer than it was', (bytes) => Buffer.concat([bytes, Buffer.alloc(8)])],
    ...Array.from({ length: 20 }, (_, i): [string, (bytes: Buffer) => Buffer] => [
      `changed by bit ${i}`,
      (bytes) => {
        bytes[Math.floor(((i + 0.37) * bytes.length) / 20)]! ^= 1 << (i % 8);
        return bytes;
      },
    ]),
  ])('is the one before, where the newest is %s, which is said', async (_, change) => {
    for (const step of [5, 10]) await save(open(), step);
    await writeFile(file(10), change(await readFile(file(10))));
    const { step, value, damaged } = await loaded();
    expect([step, value, damaged.length]).toEqual([5, 5, 1]);
    expect(damaged[0]).toContain('step-00000010.safetensors');
  });

  test('is refused where all are damaged', async () => {
    for (const step of [5, 10]) await save(open(), step);
    for (const step of [5, 10]) await writeFile(file(step), 'damaged');
    const error = await loaded().catch((reason: Error) => reason);
    expect(error).toBeInstanceOf(DamagedCheckpointError);
    expect((error as Error).message).toMatch(/step-00000010.*The 1 older ones beside it are damaged, too\.$/);
  });

  test('of another model is refused, not left out for an older one', async () => {
    await save(open(), 5);
    const other = { namedVariables: () => new Map([['w', tf.variable(tf.zeros([2]))]]) };
    await saveCheckpoint(file(10), { ...session, model: other, state: stateOf(10) });
    await expect(loaded()).rejects.toThrow(SafetensorsError);
    await expect(loaded()).rejects.not.toBeInstanceOf(DamagedCheckpointError);
  });
});

test('what killed processes left is swept', async () => {
  await save(open(), 5);
  const left = join(path, (await leftoverOf('step-00000009.safetensors')).replace(/-\d+-\d+$/, `-${2 ** 22 + 1}-1`));
  await writeFile(left, '');
  await loaded();
  await expect(stat(left)).rejects.toThrow('ENOENT');
});

/** Under which name a file is written before it has its own. */
async function leftoverOf(name: string): Promise<string> {
  let beside = '';
  await replaceFile(join(path, name), async (_, written) => (beside = written));
  await rm(join(path, name));
  return beside.slice(path.length + 1);
}

test.each([0, 1.5, NaN])('refuses to keep %d', (keep) => {
  expect(() => open({ keep })).toThrow(RangeError);
});
