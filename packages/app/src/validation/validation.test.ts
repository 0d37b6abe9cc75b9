import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readMetrics } from '@lin/train';
import { fitted, toyTraining, VALIDATING, weightsOf } from '../../test/toy-training.js';
import { Validation } from './validation.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const validating = (interval: number) => ({ validation: { identities: VALIDATING.length, interval, images: 11 } });

describe('validation', () => {
  test('measures the model on images of its own identities alone', async () => {
    const run = await toyTraining({ config: validating(5) });
    const seen: number[] = [];
    const { testBatches } = run;
    run.testBatches = async function* (keys) {
      for await (const batch of testBatches.call(run, keys)) {
        seen.push(...Array.from(batch.keys!, (key) => run.dataset.records.labels[key - 1]!));
        yield batch;
      }
    };
    const validation = await Validation.open(run);
    expect(new Set(seen)).toEqual(new Set(VALIDATING));
    expect(seen).toHaveLength(11); // four of each, but the last

    const before = tf.memory().numTensors;
    const { cosine, accuracy, inverseError } = await validation!.measure(run.model);
    expect(tf.memory().numTensors).toBe(before);
    expect(cosine).toBeGreaterThan(-1);
    expect(cosine).toBeLessThan(0.9);
    expect(accuracy).toBeGreaterThanOrEqual(0.5); // of pairs, half of which are one person's
    expect(accuracy).toBeLessThanOrEqual(1);
    expect(inverseError).toBeUndefined(); // of an encoder
    run.model.dispose();
  });

  test('is of the cosines to the teacher: one where the model is the teacher', async () => {
    const run = await toyTraining({ config: { ...validating(100), linearizer: { num_epochs: 9 } } });
    const { stdout } = await fitted(run);
    expect(stdout).toMatch(
      /Validate 11 images of people who are neither trained nor tested on, every 100 steps; the teacher tells/,
    );
    expect(stdout).toMatch(/step 63\/63 {2}validation {2}cosine 0\.99\d+ {2}pairs told apart [\d.]+ %/);
    const rows = await readMetrics(run.folder.metrics);
    expect(rows.at(-1)!['validation.cosine']).toBeGreaterThan(0.99);
    expect(rows.at(-1)!['validation.cosine']).toBeLessThanOrEqual(1 + 1e-6);
    run.model.dispose();
  });

  test('is in the log every so many steps, and at the last', async () => {
    const run = await toyTraining({ config: validating(7) });
    await fitted(run);
    const rows = await readMetrics(run.folder.metrics);
    expect(rows.filter((row) => 'validation.cosine' in row).map(({ step }) => step)).toEqual([7, 14, 21]);
    expect(rows.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    run.model.dispose();
  });

  test('changes no bit of the training', async () => {
    const [often, never] = await Promise.all([
      toyTraining({ config: validating(1) }),
      toyTraining({ config: validating(1000) }),
    ]);
    await fitted(often);
    await fitted(never);
    expect(weightsOf(often)).toEqual(weightsOf(never));
    for (const { model } of [often, never]) model.dispose();
  });

  test('is not there where no identities are set aside', async () => {
    const run = await toyTraining();
    expect(await Validation.open(run)).toBeUndefined();
    run.model.dispose();
  });
});
