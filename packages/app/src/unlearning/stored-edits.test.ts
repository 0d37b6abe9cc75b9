import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '@lin/command-line';
import { saveEdits } from '@lin/linearizer';
import { fromRows } from '@lin/operator';
import { SafetensorsError } from '@lin/safetensors';
import { runFolder } from '../run/run-folder.js';
import { temporaryFolder } from '../../test/toy.js';
import { toyRun } from '../../test/toy-run.js';
import { weightsOf } from '../../test/toy-training.js';
import { applyStoredEdits, operatorHash } from './stored-edits.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const A = [
  [2, 0.5, 0],
  [0, 1, -1],
];
const image = { bytes: [1, 2, 3], label: 0, target: [1, 0] };

/** A run with an edit in its folder: A + L Rᵀ without the first column of A. */
async function runWithEdit({ madeFor = A }: { madeFor?: number[][] } = {}) {
  const run = Object.assign(toyRun({ images: [image, { ...image, label: 1 }], heldOut: [1], A }), {
    folder: runFolder(await temporaryFolder(), 'toy'),
  });
  const folder = join(run.folder.path, 'unlearn', '7-projection-rank-1');
  await mkdir(folder, { recursive: true });
  const [left, right] = [fromRows([[-2], [0]]), fromRows([[1], [0], [0]])];
  const edit = { method: 'projection' as const, identities: [7], left, right, retainedChange: 0.1 };
  await saveEdits(join(folder, 'edit.safetensors'), [edit]);
  await writeFile(join(folder, 'report.json'), JSON.stringify({ operator: operatorHash(fromRows(madeFor)) }));
  return { run, folder, edit };
}

const EDITED = [0, 0.5, 0, 0, 1, -1];

describe('a stored edit', () => {
  test("is put into the model by its folder's name, its folder's path and its file's", async () => {
    for (const nameOf of [
      () => '7-projection-rank-1',
      (folder: string) => folder,
      (f: string) => join(f, 'edit.safetensors'),
    ]) {
      const { run, folder, edit } = await runWithEdit();
      const before = tf.memory().numTensors;
      expect(await applyStoredEdits(run, [nameOf(folder)])).toEqual([edit]);
      expect(tf.memory().numTensors).toBe(before);
      expect(weightsOf(run)).toEqual(EDITED);
      run.model.dispose();
    }
  });

  test('adds up with another one', async () => {
    const { run, folder, edit } = await runWithEdit();
    const other = { ...edit, identities: [9], left: fromRows([[0], [-1]]), right: fromRows([[0], [1], [0]]) };
    const path = join(run.folder.path, 'other.safetensors');
    await saveEdits(path, [other]);
    expect(await applyStoredEdits(run, [folder, path])).toEqual([edit, other]);
    expect(weightsOf(run)).toEqual([0, 0.5, 0, 0, 0, -1]);
    run.model.dispose();
  });

  test('that was made for another A, as before more training, is refused, and A stays', async () => {
    const { run } = await runWithEdit({ madeFor: [A[0]!, [0, 1, -0.999]] });
    const refused = applyStoredEdits(run, ['7-projection-rank-1']);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      /edit\.safetensors was made for another A than the run's last checkpoint has/,
    );
    expect(weightsOf(run)).toEqual(A.flat());
    run.model.dispose();
  });

  test('without its report is taken by its shape alone', async () => {
    const { run, folder } = await runWithEdit({ madeFor: [[1, 0, 0]] });
    const alone = join(run.folder.path, 'alone.safetensors');
    await cp(join(folder, 'edit.safetensors'), alone);
    await applyStoredEdits(run, [alone]);
    expect(weightsOf(run)).toEqual(EDITED);
    run.model.dispose();
  });

  test('that is not there, is no edit, or is of another shape is refused with its name', async () => {
    const { run, folder } = await runWithEdit();
    await expect(applyStoredEdits(run, ['nobody'])).rejects.toThrow(UsageError);
    await expect(applyStoredEdits(run, ['nobody'])).rejects.toThrow(
      /--edit nobody is neither in .*unlearn nor a file; make one with nx unlearn app/,
    );
    await expect(applyStoredEdits(run, [join(folder, 'report.json')])).rejects.toThrow(SafetensorsError);
    const path = join(run.folder.path, 'shape.safetensors');
    const [left, right] = [fromRows([[1], [0]]), fromRows([[1], [0]])];
    await saveEdits(path, [{ method: 'projection', identities: [3], left, right, retainedChange: 0 }]);
    await expect(applyStoredEdits(run, [path])).rejects.toThrow(/the edit of 3 is of a 2×2 operator, but A is 2×3/);
    run.model.dispose();
  });
});
