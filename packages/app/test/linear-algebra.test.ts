import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { readEdits } from '@lin/linearizer';
import { AppFolder, type AppResult } from './run-app.js';

let app: AppFolder;
beforeAll(async () => {
  app = await AppFolder.withSharedData();
  for (const name of ['whole', 'encoder'] as const) await app.takeRun(name);
});

const unit = (values: number[]) => values.every((value) => value >= 0 && value <= 1);

describe('nx spectrum app', () => {
  interface SpectrumJson {
    operator: {
      rows: number;
      cols: number;
      rank: number;
      singularValues: number[];
      eigenvalues: { re: number; im: number }[] | null;
      kernelDimension: number | null;
    };
    closedForm: { images: number; ridge: number; singularValues: number[]; rankErrors: number[] };
    cosine: Record<'heldOut' | 'training', { images: number; trained: number; closedForm: number }>;
  }
  let result: AppResult;
  let spectrum: SpectrumJson;
  beforeAll(async () => {
    result = await app.call(['spectrum', '--name', 'whole']);
    spectrum = await app.json<SpectrumJson>('runs', 'whole', 'spectrum', 'spectrum.json');
  });

  test('ends well and prints the paths of what it wrote, the JSON last', async () => {
    expect([result.stderr, result.code]).toEqual(['', 0]);
    expect((await readdir(app.file('runs', 'whole', 'spectrum'))).sort()).toEqual(
      ['angles', 'singular-images', 'singular-values']
        .flatMap((name) => [`${name}.png`, `${name}.svg`])
        .concat('spectrum.json')
        .sort(),
    );
    expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(/spectrum\/spectrum\.json$/);
  });

  test('says what linear algebra says of A: falling singular values, a rank, and of f its kernel', () => {
    const { rows, cols, rank, singularValues, eigenvalues, kernelDimension } = spectrum.operator;
    expect([singularValues.length, rank, eigenvalues]).toEqual([8, 8, null]);
    expect(rows).toBeGreaterThan(cols); // rectangular: no eigenvalues
    expect([...singularValues].sort((a, b) => b - a)).toEqual(singularValues);
    expect(kernelDimension).toBe(112 * 112 * 3 - 8);
  });

  test('finds an operator in closed form that fits the training images better than the one that was trained', () => {
    const { cosine, closedForm } = spectrum;
    expect(cosine.training.closedForm).toBeGreaterThan(cosine.training.trained);
    expect([cosine.training.images, cosine.heldOut.images, closedForm.images]).toEqual([32, 8, 32]);
    expect(closedForm.rankErrors).toHaveLength(9);
    expect(closedForm.rankErrors[0]).toBe(1);
    expect([...closedForm.rankErrors].sort((a, b) => b - a)).toEqual(closedForm.rankErrors);
  });

  test('moves no images and has no kernel of them where g_x has no way back', async () => {
    const encoder = await app.call(['spectrum', '--name', 'encoder']);
    expect([encoder.stderr, encoder.code]).toEqual(['', 0]);
    expect(
      (await app.json<SpectrumJson>('runs', 'encoder', 'spectrum', 'spectrum.json')).operator.kernelDimension,
    ).toBeNull();
    expect(await readdir(app.file('runs', 'encoder', 'spectrum'))).not.toContain('singular-images.svg');
  });
});

describe('nx unlearn app', () => {
  interface Pair {
    before: number;
    after: number;
  }
  interface ReportJson {
    method: string;
    rank: number;
    score: number;
    forgotten: { identity: number; enrolledImages: number; trained: boolean }[];
    identities: {
      identity: number;
      testImages: number;
      againstTemplate: Pair;
      amongThemselves: Pair;
      cosine: number;
    }[];
    retained: { meanCosine: number; identities: { identity: number; cosine: number }[] };
    retainedChange: number;
    retainedVerification: { pairs: number; accuracy: Pair } | null;
    membershipInference: Pair | null;
  }
  const report = (folder: string) => app.json<ReportJson>('runs', 'whole', 'unlearn', folder, 'report.json');

  test('writes an edit, figures and a report of every side, and leaves the model as it was', async () => {
    const checkpoint = await readFile(app.file('runs', 'whole', 'checkpoints', 'latest.safetensors'));
    const result = await app.call([
      'unlearn',
      '--name',
      'whole',
      '--identities',
      '3,7',
      '--method',
      'projection',
      '--rank',
      '2',
    ]);
    expect([result.stderr, result.code]).toEqual(['', 0]);
    const folder = '3-7-projection-rank-2';
    expect((await readdir(app.file('runs', 'whole', 'unlearn', folder))).sort()).toEqual([
      'edit.safetensors',
      'forgetting.png',
      'forgetting.svg',
      'report.json',
      'singular-values.png',
      'singular-values.svg',
    ]);
    expect(await readFile(app.file('runs', 'whole', 'checkpoints', 'latest.safetensors'))).toEqual(checkpoint);

    const made = await report(folder);
    expect(made).toMatchObject({
      method: 'projection',
      rank: 2,
      forgotten: [
        { identity: 3, enrolledImages: 2 },
        { identity: 7, enrolledImages: 2 },
      ],
    });
    expect(made.identities.map(({ identity, testImages }) => [identity, testImages])).toEqual([
      [3, 2],
      [7, 2],
    ]);
    expect(
      unit(
        made.identities.flatMap(({ againstTemplate: a, amongThemselves: b }) => [a.before, a.after, b.before, b.after]),
      ),
    ).toBe(true);
    expect(made.retained.identities.length).toBeGreaterThan(5);
    expect(made.retained.identities.some(({ identity }) => identity === 3 || identity === 7)).toBe(false);
    expect(made.retainedChange).toBeGreaterThan(0);

    const [edit] = await readEdits(app.file('runs', 'whole', 'unlearn', folder, 'edit.safetensors'));
    expect([edit!.identities, edit!.left.cols, edit!.retainedChange]).toEqual([[3, 7], 2, made.retainedChange]);
  });

  test('its edit is applied by nx evaluate app, which tests the edited model and leaves the summary as it was', async () => {
    const summary = await readFile(app.file('runs', 'whole', 'summary.json'), 'utf8');
    const result = await app.call(['evaluate', '--name', 'whole', '--edit', '3-7-projection-rank-2']);
    expect([result.stderr, result.code]).toEqual(['', 0]);
    expect(result.stdout).toMatch(
      /Edit {5}forgets 3, 7 \(projection, rank 2\); changes A's values of others by [\d.]+ %/,
    );
    expect(result.stdout).toMatch(/Edited {3}cosine -?0\.\d{4} → -?0\.\d{4}, pairs [\d.]+ % → [\d.]+ %/);
    const edited = JSON.parse(result.stdout.trimEnd().split('\n').at(-1)!) as {
      edits: object[];
      test: { cosine: number };
    };
    expect(edited.edits).toMatchObject([{ identities: [3, 7], method: 'projection' }]);
    const without = JSON.parse(summary) as { test: { cosine: number } };
    expect(edited.test.cosine).not.toBe(without.test.cosine);
    expect(edited.test.cosine).toBeGreaterThan(without.test.cosine - 0.5);
    expect(await readFile(app.file('runs', 'whole', 'summary.json'), 'utf8')).toBe(summary);
    const refused = await app.call(['evaluate', '--name', 'encoder', '--edit', 'nobody']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/--edit nobody is neither in/)]);
  });

  test('takes least squares without being asked, within the tolerance it is given', async () => {
    const result = await app.call(['unlearn', '--name', 'whole', '--identities', '3', '--tolerance', '0.05']);
    expect([result.stderr, result.code]).toEqual(['', 0]);
    const { rank, retainedChange, retained } = await report('3-least-squares-rank-1');
    expect(rank).toBe(1);
    expect(retainedChange).toBeLessThan(0.0501);
    expect(retained.meanCosine).toBeGreaterThan(0.99);
  });

  test.each<[string, string[], RegExp]>([
    [
      'someone who is not there',
      ['--identities', '99'],
      /--identities 99 is not in .*; it has 10 identities, e\.g\. 0, 1, 2/,
    ],
    [
      'an impossible rank',
      ['--identities', '3', '--method', 'low-rank', '--rank', '3'],
      /rank is 3; 2 latents of 8 numbers give from 1 to 2/,
    ],
    ['training options', ['--identities', '3', '--config', 'tiny.yaml'], /unlearn has no option --config/],
  ])('refuses %s with a sentence and exit code 2', async (_, args, message) => {
    const refused = await app.call(['unlearn', '--name', 'whole', ...args]);
    expect(refused.stderr).toMatch(message);
    expect([refused.code, refused.stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
  });

  test('keeps its options from other commands', async () => {
    const refused = await app.call(['evaluate', '--identities', '3']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/evaluate has no option --identities/)]);
  });
});
