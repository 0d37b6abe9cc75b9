import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '@lin/safetensors/file';
import { fitted, toyTraining, VALIDATING, weightsOf } from '../../test/toy-training.js';
import type { Run } from '../run/run.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Seven steps an epoch; the best is told by people of its own, the average looks back over ten steps. */
const CONFIG = {
  linearizer: { ema_decay: 0.9, num_epochs: 3 },
  validation: { identities: VALIDATING.length, interval: 4 },
  training: { checkpoint_interval: 3, log_interval: 5 },
};

const stepsIn = async ({ folder }: Run) =>
  (await readdir(folder.checkpoints)).flatMap((name) => /^step-0*(\d+)/.exec(name)?.[1] ?? []).map(Number);

/** All that a run has reached: every tensor of every checkpoint that it keeps, and which is the best. */
async function reachedBy({ folder }: Run) {
  const names = (await readdir(folder.checkpoints)).sort();
  const files = names.map(async (name) => {
    const { tensors, metadata } = await readSafetensors(join(folder.checkpoints, name));
    const { position, best } = JSON.parse(metadata['state']!) as { position: object; best?: object };
    return [name, { tensors, position, best }] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** A session that ends after this step as if it were killed: nothing more is written. */
async function killedAfter(run: Run, step: number, resume: boolean): Promise<void> {
  const { save } = run.checkpoints;
  const killed = new Error('killed');
  run.checkpoints.save = (options) =>
    options.state.position.step > step ? Promise.reject(killed) : save.call(run.checkpoints, options);
  await expect(fitted(run, { resume })).rejects.toBe(killed);
  run.model.dispose();
}

const again = ({ folder }: Run) => toyTraining({ config: CONFIG, folder });

describe('a run', () => {
  test('that is killed again and again reaches the same, to the last bit: weights, average, moments and the best', async () => {
    const whole = await toyTraining({ config: CONFIG });
    const { steps } = await fitted(whole);
    expect(steps).toBe(21);
    const wanted = await reachedBy(whole);
    expect(Object.keys(wanted)).toContain('best.safetensors');
    expect([...wanted['latest.safetensors']!.tensors.keys()]).toContain('adam-ema.average.A.matrix');

    let run = await toyTraining({ config: CONFIG });
    await killedAfter(run, 2, false); // before the first
    for (const step of [3, 4, 4, 9, 14, 20]) await killedAfter((run = await again(run)), step, true);
    await fitted((run = await again(run)), { resume: true });
    expect(await reachedBy(run)).toEqual(wanted);
    for (const { model } of [whole, run]) model.dispose();
  });

  test('keeps the newest checkpoints, the best, and every so many steps one for ever', async () => {
    const run = await toyTraining({ config: { ...CONFIG, training: { keep_checkpoints: 1, keep_every: 10 } } });
    await fitted(run);
    const best = (await reachedBy(run))['best.safetensors']!.position as { step: number };
    expect(await stepsIn(run)).toEqual([...new Set([best.step, 10, 20, 21])].sort((a, b) => a - b));
    run.model.dispose();
  });

  test('goes on from the checkpoint before, where the newest is damaged, to the same end', async () => {
    const whole = await toyTraining({ config: CONFIG });
    await fitted(whole);
    const wanted = weightsOf(whole);
    const newest = join(whole.folder.checkpoints, 'step-00000021.safetensors');
    await writeFile(newest, (await readFile(newest)).fill(0, 500));
    const run = await again(whole);
    const said: string[] = [];
    Object.assign(run.loading, { onDamaged: ({ message }: Error) => said.push(message) });
    await fitted(run, { resume: true });
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('step-00000021.safetensors');
    expect(weightsOf(run)).toEqual(wanted);
    for (const { model } of [whole, run]) model.dispose();
  });

  test('whose checkpoints are gone is not begun anew behind its own log', async () => {
    const run = await toyTraining({ config: CONFIG });
    await fitted(run);
    await rm(run.folder.checkpoints, { recursive: true });
    await expect(fitted(await again(run), { resume: true })).rejects.toThrow(
      /Run toy has logged step 21, but .*checkpoints has no checkpoint; put them back, or start a new run\.$/,
    );
    run.model.dispose();
  });
});

describe('--checkpoint', () => {
  const keepsAll = { ...CONFIG, training: { ...CONFIG.training, keep_every: 1 } };

  test('resumes from an earlier step, to the same end; later rows and checkpoints are replaced', async () => {
    const run = await toyTraining({ config: keepsAll });
    await fitted(run);
    const [wanted, rows] = [await reachedBy(run), await readFile(run.folder.metrics, 'utf8')];
    const again = await toyTraining({ config: keepsAll, folder: run.folder });
    await fitted(again, { resume: true, checkpoint: { step: 9 } });
    expect(await reachedBy(again)).toEqual(wanted);
    const steps = (text: string) => [...text.matchAll(/"step":(\d+)/g)].map(([, step]) => step);
    expect(steps(await readFile(run.folder.metrics, 'utf8'))).toEqual(steps(rows));
    const missing = fitted(await toyTraining({ config: keepsAll, folder: run.folder }), {
      resume: true,
      checkpoint: { step: 99 },
    });
    await expect(missing).rejects.toThrow(
      /^--checkpoint 99: .* has no checkpoint after that step; it has those after 1, 2, 3, /,
    );
    for (const { model } of [run, again]) model.dispose();
  });
});

describe('a resumed run that fails before its first new step', () => {
  /** Every file of the run, by its path, in one character a byte. */
  const filesOf = async ({ folder: { path } }: Run) => {
    const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
    return Object.fromEntries(
      await Promise.all(paths.map(async (file) => [relative(path, file), await readFile(file, 'latin1')] as const)),
    );
  };
  const goesOn = { ...CONFIG, linearizer: { ...CONFIG.linearizer, num_epochs: 4 } };

  test.each([
    ['since it diverges', { spoil: { step: 22, value: NaN } }, /the loss of step 22 is NaN/],
    [
      'since a server is not there',
      { config: { ...goesOn, logging: { mlflow: { url: 'http://127.0.0.1:9' } } } },
      /cannot be reached/,
    ],
  ])('leaves all that it reached before: %s', async (_, options, message) => {
    const run = await toyTraining({ config: CONFIG });
    await fitted(run);
    await writeFile(run.folder.summary, '{}');
    await writeFile(run.folder.config, 'as it was');
    await appendFile(run.folder.metrics, '{"step":22}\n'); // of a session that was killed before its next checkpoint
    const before = await filesOf(run);
    const resumed = await toyTraining({ config: goesOn, folder: run.folder, ...options });
    const prepare = () => writeFile(run.folder.config, 'changed');
    await expect(fitted(resumed, { resume: true, prepare })).rejects.toThrow(message);
    const after = await filesOf(run);
    delete after['diverged.json'];
    expect(after).toEqual(before);

    const mended = await toyTraining({ config: goesOn, folder: run.folder });
    await fitted(mended, { resume: true, prepare });
    const files = await filesOf(run);
    expect([files['summary.json'], files['config.yaml']]).toEqual([undefined, 'changed']);
    for (const { model } of [run, resumed, mended]) model.dispose();
  });

  test('leaves its summary where there was no step to take: the summary is true until another is written', async () => {
    const run = await toyTraining({ config: CONFIG });
    await fitted(run);
    await writeFile(run.folder.summary, '{}');
    const again = await toyTraining({ config: CONFIG, folder: run.folder });
    await fitted(again, { resume: true });
    expect(await readFile(run.folder.summary, 'utf8')).toBe('{}');
    for (const { model } of [run, again]) model.dispose();
  });
});

describe('early stopping', () => {
  const impatient = { ...CONFIG, validation: { ...CONFIG.validation, interval: 1, patience: 3 } };
  /** It learns at first, and then a rate of nothing. */
  const config = (patience: number) => ({
    ...impatient,
    linearizer: {
      num_epochs: 4,
      learning_rate_schedule: 'step',
      learning_rate_milestones: [0.25],
      learning_rate_decay: 1e-30,
    },
    validation: { ...impatient.validation, patience },
  });

  test('ends the training when validation has not become better, and a resumed run ends at the same', async () => {
    const run = await toyTraining({ config: config(3) });
    const { finished, steps, stdout } = await fitted(run);
    const { best } = (await reachedBy(run))['latest.safetensors']! as unknown as { best: { step: number } };
    expect([finished, steps]).toEqual([true, best.step + 3]);
    expect(steps).toBeLessThan(28);
    expect(stdout).toContain(
      `no better cosine on validation since step ${best.step}: training ends after step ${steps}`,
    );
    const resumed = await toyTraining({ config: config(3), folder: run.folder });
    expect(await fitted(resumed, { resume: true })).toMatchObject({ finished: true, steps });
    const patient = await toyTraining({ config: config(5), folder: run.folder });
    expect(await fitted(patient, { resume: true })).toMatchObject({ finished: true, steps: steps + 2 });
    for (const { model } of [run, resumed, patient]) model.dispose();
  });
});

describe('the moving average', () => {
  test('is what validation measures, beside the weights that are averaged; they train as without it', async () => {
    const averaged = await toyTraining({ config: CONFIG });
    await fitted(averaged);
    const plain = await toyTraining({ config: { ...CONFIG, linearizer: { num_epochs: 3 } } });
    await fitted(plain);
    expect(weightsOf(averaged)).toEqual(weightsOf(plain));
    const rowsOf = async ({ folder }: Run) =>
      (await readFile(folder.metrics, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, number>)
        .filter((row) => 'validation.cosine' in row);
    const [ours, theirs] = [await rowsOf(averaged), await rowsOf(plain)];
    expect(ours.map((row) => row['validation.cosineAsTrained'])).toEqual(theirs.map((row) => row['validation.cosine']));
    expect(ours.map((row) => row['validation.cosine'])).not.toEqual(theirs.map((row) => row['validation.cosine']));
    expect(theirs[0]).not.toHaveProperty(['validation.cosineAsTrained']);
    for (const { model } of [averaged, plain]) model.dispose();
  });
});
