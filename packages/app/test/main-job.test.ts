import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SAMPLE_TEACHER_NAME, SAMPLE_TEACHER_SHA256 } from '@lin/teacher';
import type { RunSummary } from '../src/run/summary.js';
import { AppFolder, type AppResult } from './run-app.js';

let app: AppFolder;
let trained: AppResult;

beforeAll(async () => {
  app = await AppFolder.withSharedData();
  trained = await app.takeRun('whole');
});

const summaryOf = (name: string) => app.json<RunSummary>('runs', name, 'summary.json');
const metricsOf = async (name: string) =>
  (await readFile(app.file('runs', name, 'metrics.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: number; loss: number; cosine: number });

describe('nx train app', () => {
  test('ends well, with plain lines where there is no terminal', () => {
    expect(trained.stderr).toBe('');
    expect(trained.code).toBe(0);
    expect(trained.stdout).toMatch(/^Engine {3}wasm: /);
    expect(trained.stdout).toMatch(/sample teacher \(trained on synthetic faces; it knows no real people\)/);
    expect(trained.stdout).toMatch(/g_x {4}\[B, 112, 112, 3\] → \[B, 8\]/);
    expect(trained.stdout).toMatch(/step 8\/8 {2}epoch 2\/2 {2}[\d.]+ images\/s {2}loss \S+ {2}cosine \S+ {2}ETA 0:00/);
    expect(trained.stdout).not.toContain('\r');
  });

  test('writes the whole run folder', async () => {
    const files = (await readdir(app.file('runs', 'whole'), { recursive: true })).map((name) =>
      name.replace(/^events\.out\.tfevents\..*/, 'events'),
    );
    for (const file of [
      'config.yaml',
      'metrics.jsonl',
      'summary.json',
      'events',
      'checkpoints/latest.safetensors',
      'report/index.html',
      'report/difference.svg',
      'report/flow.png',
    ]) {
      expect(files).toContain(file);
    }
  });

  test('sums itself up: what was trained on what, and how well on identities never seen', async () => {
    const summary = await summaryOf('whole');
    expect(summary).toMatchObject({
      device: 'cpu',
      precision: 'float32',
      teacher: { name: SAMPLE_TEACHER_NAME, standIn: false, sha256: SAMPLE_TEACHER_SHA256 },
      data: { images: 40, identities: 10, trainImages: 32, testImages: 8 },
      model: { gx: 'image-flow' },
      epochs: 2,
      steps: 8,
      test: { mseOfZero: 1 / 512 },
    });
    expect(summary.loss.last).toBeLessThan(summary.loss.first);
    expect(summary.test.mse).toBeCloseTo((2 * (1 - summary.test.cosine)) / 512, 7);
    expect(summary.inverse!.exactBytes).toBe(1);
    expect(summary.inverse!.maxError).toBeLessThan(1 / 255); // half a byte's step is 1/255: rounding gives the byte back
    const [heldOut] = summary.verification;
    expect(heldOut).toMatchObject({ name: 'held-out identities', pairs: 24 }); // 2 identities of 4 images: 12 pairs of one person
    for (const figures of [heldOut!.student!, heldOut!.teacher!]) {
      for (const share of [figures.accuracy, figures.areaUnderCurve, figures.equalErrorRate])
        expect(share).toBeGreaterThanOrEqual(0);
      expect(figures.accuracy).toBeLessThanOrEqual(1);
      expect(figures.tarAtFar.map(({ far, tar }) => [far, tar === null])).toEqual(
        [0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001].map((far) => [far, far < 1 / 12]),
      );
    }
    expect(summary.model.parameters).toBeGreaterThan(8 * 112 * 112 * 3); // the readout alone
  });

  test('computes sample set and embeddings once', async () => {
    const written = () => Promise.all(DATA.map(async (path) => (await stat(join(app.data, path))).mtimeMs));
    const DATA = (await readdir(app.data, { recursive: true })).sort();
    const before = await written();
    const again = await app.call([
      'train',
      '--config',
      'tiny.yaml',
      '--name',
      'again',
      '--set',
      'linearizer.num_epochs=1',
    ]);
    expect(again.code).toBe(0);
    expect(again.stdout).not.toMatch(/drawing|embedding the images/);
    expect(DATA.length).toBeGreaterThan(4);
    expect(await written()).toEqual(before);
    expect((await readdir(app.data, { recursive: true })).sort()).toEqual(DATA);
  });

  test('refuses a name that is taken', async () => {
    const taken = await app.call(['train', '--config', 'tiny.yaml', '--name', 'whole']);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toMatch(/exists already; choose another --name, or continue it with --resume/);
  });

  test("trains the authors' CNN encoder as well, which has no inverse to the image", async () => {
    const result = await app.takeRun('encoder');
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect((await summaryOf('encoder')).inverse).toBeNull();
  });
});

describe('Ctrl-C and --resume', () => {
  test('stop after the step, then continue to the same result as without a stop', async () => {
    const stopped = await app.call(['train', '--config', 'tiny.yaml', '--name', 'stopped'], {
      interruptAt: 'step 2/8',
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toMatch(
      /Stopped after step [23]; continue with: npx nx train app -- --resume --name stopped/,
    );
    await expect(access(app.file('runs', 'stopped', 'summary.json'))).rejects.toThrow();

    const resumed = await app.call(['train', '--resume', '--name', 'stopped']);
    expect(resumed.stderr).toBe('');
    expect(resumed.code).toBe(0);
    const [whole, continued] = [await summaryOf('whole'), await summaryOf('stopped')];
    expect(continued.steps).toBe(8);
    expect(continued.test).toEqual(whole.test); // the same arithmetic in the same order: bit for bit
    expect((await metricsOf('stopped')).at(-1)!.loss).toBe((await metricsOf('whole')).at(-1)!.loss);
    expect((await metricsOf('stopped')).map(({ step }) => step)).toEqual([
      ...new Set((await metricsOf('stopped')).map(({ step }) => step)),
    ]);
  });

  test('of a run that does not exist is a plain error', async () => {
    const none = await app.call(['train', '--resume', '--name', 'nobody']);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/There is no run named nobody/);
  });
});

describe('nx evaluate app and nx visualize app', () => {
  test('find the same figures again from the checkpoint', async () => {
    const { test: figures, inverse, verification } = await summaryOf('whole');
    const evaluated = await app.call(['evaluate', '--name', 'whole']);
    expect(evaluated.code).toBe(0);
    expect(JSON.parse(evaluated.stdout.trimEnd().split('\n').at(-1)!)).toEqual({
      test: figures,
      inverse,
      verification,
    });
  });

  test('draw the figures again', async () => {
    const visualized = await app.call(['visualize', '--name', 'whole']);
    expect(visualized.code).toBe(0);
    expect(visualized.stdout).toMatch(
      /report\/difference\.svg\n.*report\/difference\.png\n.*report\/flow\.svg\n.*report\/flow\.png/,
    );
  });

  test('take no training options', async () => {
    const refused = await app.call(['evaluate', '--config', 'tiny.yaml']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/evaluate has no option --config/);
  });
});
