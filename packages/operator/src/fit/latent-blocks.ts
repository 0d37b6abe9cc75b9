// A stream of latent batches, of any sizes, as float64 blocks of one size: what is held at a time does not depend on how long the stream
// is.
import type * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import { zeros, type Matrix } from '../linear-algebra/matrix/matrix.js';

/**
 * Rows that belong together: row i of `y` is what row i of `x` should be mapped to. Tensors stay the giver's, who may dispose them once the
 * next batch is asked for.
 */
export interface LatentBatch {
  /** [B, n]. */
  x: tf.Tensor2D | Matrix;
  /** [B, m]. */
  y: tf.Tensor2D | Matrix;
}

export type LatentBatches = AsyncIterable<LatentBatch> | Iterable<LatentBatch>;

export interface LatentBlock {
  X: Matrix;
  Y: Matrix;
}

/** Rows in a block for each column: what is done once a block (factorising, adding up) then costs little beside the rows themselves. */
const ROWS_PER_COLUMN = 4;
const LEAST_ROWS = 1024;

/**
 * Yields blocks of one size, the last perhaps shorter, none empty. @throws OperatorError for batches that do not fit together, or values
 * that are not finite.
 */
export async function* latentBlocks(batches: LatentBatches): AsyncGenerator<LatentBlock> {
  let pending: { X: Matrix; Y: Matrix; filled: number } | undefined;
  let seen = 0;
  for await (const batch of batches) {
    const [x, y] = await Promise.all([valuesOf(batch.x), valuesOf(batch.y)]);
    pending ??= emptyBlock(x.cols, y.cols);
    requireBatch(x, y, pending, seen);
    for (let row = 0; row < x.rows;) {
      const count = Math.min(x.rows - row, pending.X.rows - pending.filled);
      copyRows(x, row, count, pending.X, pending.filled, 'x', seen);
      copyRows(y, row, count, pending.Y, pending.filled, 'y', seen);
      row += count;
      pending.filled += count;
      if (pending.filled === pending.X.rows) {
        const { X, Y } = pending;
        yield { X, Y };
        pending = emptyBlock(X.cols, Y.cols);
      }
    }
    seen += x.rows;
  }
  if (pending && pending.filled > 0)
    yield { X: firstRows(pending.X, pending.filled), Y: firstRows(pending.Y, pending.filled) };
}

interface Values {
  rows: number;
  cols: number;
  data: ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> };
}

async function valuesOf(batch: tf.Tensor2D | Matrix): Promise<Values> {
  if (!('shape' in batch)) return batch;
  if (batch.rank !== 2)
    throw new OperatorError(
      `fitOperator: a batch is of shape [${batch.shape.join(', ')}]; expected [B, latent length].`,
    );
  return { rows: batch.shape[0], cols: batch.shape[1], data: await batch.data() };
}

function emptyBlock(inputDim: number, outputDim: number) {
  const rows = Math.max(LEAST_ROWS, ROWS_PER_COLUMN * inputDim);
  return { X: zeros(rows, inputDim), Y: zeros(rows, outputDim), filled: 0 };
}

function requireBatch(x: Values, y: Values, { X, Y }: LatentBlock, seen: number): void {
  if (x.rows !== y.rows)
    throw new OperatorError(
      `fitOperator: the batch after row ${seen} has ${x.rows} rows of x and ${y.rows} of y; expected the same number of each.`,
    );
  if (x.cols !== X.cols || y.cols !== Y.cols) {
    throw new OperatorError(
      `fitOperator: the batch after row ${seen} has latents of ${x.cols} and ${y.cols} numbers; ` +
        `expected ${X.cols} and ${Y.cols}, as before.`,
    );
  }
}

function copyRows(from: Values, row: number, count: number, to: Matrix, at: number, side: string, seen: number): void {
  const values = from.data.subarray(row * from.cols, (row + count) * from.cols);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new OperatorError(
        `fitOperator: ${side} of row ${seen + row + Math.floor(i / from.cols)} holds ${values[i]}; every latent must be finite.`,
      );
    }
  }
  to.data.set(values, at * to.cols);
}

const firstRows = ({ cols, data }: Matrix, rows: number): Matrix => ({
  rows,
  cols,
  data: data.subarray(0, rows * cols),
});
