// Training on a GPU of any vendor: op by op, every value read asynchronously, with the numbers of the cpu backend.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { canRecord, initEngine } from '@lin/engine';
import { webGpuMissing } from '../../../../tools/webgpu-for-tests.js';
import {
  EMBEDDING,
  temporaryFolder,
  toyData,
  disposeOf,
  distillationOf,
  newSession,
  toyInputs,
  type Session,
} from '../../test/toy.js';
import { scoreEmbeddings } from '../evaluation/embedding-score.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { START, type TrainingPosition } from './training-data.js';
import { trainingSteps } from './training-steps.js';

const skipped = await webGpuMissing(() => initEngine({ backend: 'webgpu' }));

/** Each step's figures; a checkpoint is written after step `saveAt`. */
async function train(
  session: Session,
  { position = START, path = '', saveAt = 0 }: { position?: TrainingPosition; path?: string; saveAt?: number } = {},
) {
  const rows: { loss: number; cosine: number; gradientNorm: number }[] = [];
  for await (const { scalars, step, next } of trainingSteps({
    ...distillationOf(session),
    data: toyData(4),
    epochs: 2,
    learningRate: () => 0.01,
    position,
  })) {
    rows.push(scalars);
    if (step === saveAt)
      await saveCheckpoint(path, { ...session, state: { position: next, seconds: 1, dataSeconds: 0.25 } });
  }
  return rows;
}

describe.skipIf(skipped)(`training on webgpu${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  /** Of eight steps and a test after them, which leave no tensor behind; a checkpoint is written to `path` after the fifth. */
  async function figures(backend: 'webgpu' | 'cpu', path?: string) {
    await initEngine({ backend });
    expect(canRecord()).toBe(false);
    const session = newSession();
    const before = tf.memory().numTensors;
    const rows = await train(session, path ? { path, saveAt: 5 } : {});
    const { cosine, mse } = await scoreEmbeddings({
      model: session.model,
      batches: toyData(4).batches(START.data),
      inputs: toyInputs,
      meanEmbedding: new Float32Array(EMBEDDING).fill(0.5),
    });
    expect(tf.memory().numTensors).toBe(before);
    disposeOf(session);
    return { rows, cosine, mse };
  }
  let path: string;
  let actual: Awaited<ReturnType<typeof figures>>;
  beforeAll(async () => {
    path = join(await temporaryFolder(), 'latest.safetensors');
    actual = await figures('webgpu', path);
  });

  test('continues from a checkpoint that was saved in the middle, with the same losses', async () => {
    const resumed = newSession(99);
    const { position } = await loadCheckpoint(path, resumed);
    expect((await resumed.optimiser.count.data())[0]).toBe(5);
    expect(await train(resumed, { position })).toEqual(actual.rows.slice(5));
    disposeOf(resumed);
  });

  test('has the numbers of the cpu backend, in training and in the test, and holds no tensor', async () => {
    const expected = await figures('cpu');
    expect(actual.rows).toHaveLength(expected.rows.length);
    // float32 sums in another order; Adam's first steps have the sign of gradients near zero
    actual.rows.forEach(({ loss, cosine, gradientNorm }, i) => {
      expect(loss / expected.rows[i]!.loss).toBeCloseTo(1, 3);
      expect(cosine).toBeCloseTo(expected.rows[i]!.cosine, 3);
      expect(gradientNorm / expected.rows[i]!.gradientNorm).toBeCloseTo(1, 2);
    });
    expect(actual.cosine).toBeCloseTo(expected.cosine, 3);
    expect(actual.mse / expected.mse).toBeCloseTo(1, 2);
  });
});
