// Time of the closed-form A from a stream of latents, beside numpy.linalg.lstsq, which has them all in memory, on the same data.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { fitOperator, type FitMethod, type LatentBatch } from '../src/index.js';

const ROWS = 100_000;
const DIM = 512;
const BATCH = 500;

export interface FitBench {
  rows: number;
  dim: number;
  method: FitMethod;
  ms: number;
  peer: string;
  peerMs: number;
  /** Our time over numpy's. */
  ratioToNumpy: number;
  /** Largest difference of an entry of A from numpy's, relative to the largest entry. */
  difference: number;
  /** Memory of the process while fitting, beyond what it was before, in MiB: the latents themselves lie outside. */
  extraMiB: number;
}

/** On the current tfjs backend; null where `python` has no numpy. */
export async function benchFit({
  python,
  method = 'auto',
}: {
  python: string;
  method?: FitMethod | 'auto';
}): Promise<FitBench | null> {
  const folder = await mkdtemp(join(tmpdir(), 'lin-fit-'));
  try {
    const script = fileURLToPath(new URL('./peer_lstsq.py', import.meta.url));
    const { status, stdout } = spawnSync(python, [script, folder, ...[ROWS, DIM, DIM].map(String)], {
      encoding: 'utf8',
    });
    if (status !== 0) return null;
    const peer = JSON.parse(stdout) as { peer: string; ms: number };
    const [x, y] = await Promise.all(['x.f32', 'y.f32'].map((name) => floats(join(folder, name))));
    const expected = await readFile(join(folder, 'a.f64'));
    const before = process.memoryUsage.rss();
    let most = before;
    const start = performance.now();
    const fit = await fitOperator(
      watched(batchesOf(x!, y!), () => (most = Math.max(most, process.memoryUsage.rss()))),
      { method },
    );
    const ms = performance.now() - start;
    fit.operator.dispose();
    const solution = new Float64Array(expected.buffer, expected.byteOffset, DIM * DIM);
    return {
      rows: fit.rows,
      dim: DIM,
      method: fit.method,
      ms,
      peer: peer.peer,
      peerMs: peer.ms,
      ratioToNumpy: ms / peer.ms,
      difference: relativeDifference(fit.matrix.data, solution),
      extraMiB: (most - before) / 2 ** 20,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function floats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function* batchesOf(x: Float32Array, y: Float32Array): Generator<LatentBatch> {
  for (let row = 0; row < ROWS; row += BATCH) {
    const rows = (values: Float32Array) => tf.tensor2d(values.subarray(row * DIM, (row + BATCH) * DIM), [BATCH, DIM]);
    const batch = { x: rows(x), y: rows(y) };
    yield batch;
    tf.dispose(batch);
  }
}

function* watched(batches: Iterable<LatentBatch>, look: () => void): Generator<LatentBatch> {
  for (const batch of batches) {
    look();
    yield batch;
  }
}

function relativeDifference(a: Float64Array, b: Float64Array): number {
  let [difference, largest] = [0, 0];
  a.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(value - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  });
  return difference / largest;
}
