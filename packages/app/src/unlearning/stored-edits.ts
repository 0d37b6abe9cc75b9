// Edits of A that nx unlearn app has stored, put into a run's model: which files they are, and that they were made for this A.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '@lin/command-line';
import { exists } from '@lin/files';
import { editedMatrix, readEdits, type OperatorEdit } from '@lin/linearizer';
import { toTensor, type Matrix } from '@lin/operator/linear-algebra';
import { userPath } from '../config/workspace.js';
import type { RunFolder } from '../run/run-folder.js';
import type { Run } from '../run/run.js';

const FILE = 'edit.safetensors';
/** Of the folder `unlearn` of a run: no path. */
const NAME = /^[\w-]+$/;

/**
 * Puts A + Σ L Rᵀ in the place of A, for as long as the model is open; the checkpoint stays as it is.
 * @param named Names of folders in the run's folder unlearn/, or paths of edit files or their folders.
 * @throws UsageError for an edit that is not there, or was made for another A; SafetensorsError for a file of another format, or damaged;
 * LinearizerError for an edit of another shape.
 */
export async function applyStoredEdits(run: Run, named: readonly string[]): Promise<OperatorEdit[]> {
  const A = await run.model.A.toMatrix();
  const edits: OperatorEdit[] = [];
  for (const name of named) {
    const path = await pathOf(name, run.folder);
    await refuseOtherOperator(path, A);
    edits.push(...(await readEdits(path)));
  }
  const edited = editedMatrix(A, edits);
  tf.tidy(() => run.model.A.matrix.assign(toTensor(edited)));
  return edits;
}

async function pathOf(name: string, { path: run }: RunFolder): Promise<string> {
  const own = join(run, 'unlearn', name, FILE);
  if (NAME.test(name) && (await exists(own))) return own;
  const given = userPath(name);
  const found = await stat(given).catch(() => undefined);
  if (!found) {
    throw new UsageError(
      `--edit ${name} is neither in ${join(run, 'unlearn')} nor a file; make one with nx unlearn app, or give the path of its ${FILE}.`,
    );
  }
  return found.isDirectory() ? join(given, FILE) : given;
}

/** An edit takes out directions of one A: after more training, or in another run, they mean nothing. */
async function refuseOtherOperator(path: string, A: Matrix): Promise<void> {
  if (basename(path) !== FILE) return;
  const madeFor = await operatorInReport(join(dirname(path), 'report.json'));
  if (madeFor === undefined || madeFor === operatorHash(A)) return;
  throw new UsageError(
    `${path} was made for another A than the run's last checkpoint has; make it again with nx unlearn app.`,
  );
}

/** Of A in float32, as checkpoints have it. */
export const operatorHash = ({ data }: Matrix): string =>
  createHash('sha256')
    .update(new Uint8Array(Float32Array.from(data).buffer))
    .digest('hex');

/** undefined where the report is not there, or is an earlier version's. */
async function operatorInReport(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  try {
    const { operator } = JSON.parse(text ?? '') as { operator?: unknown };
    return typeof operator === 'string' ? operator : undefined;
  } catch {
    return undefined;
  }
}
