// A block matrix of operators: row i of the result is Σⱼ Aᵢⱼ zⱼ, with z cut into the blocks' columns. `null` is a block of zeros.
import * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import type { LinearOperator } from '../linear-operator.js';
import { zeros, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { AdjointOperator } from './adjoint-operator.js';
import { requireRows } from './requirements.js';

/** Rows of blocks; every row and every column holds an operator, which says how high and how wide it is. */
export type Blocks = readonly (readonly (LinearOperator | null)[])[];

/**
 * A block matrix of operators, [B, Σ n_j] → [B, Σ m_i]; `null` is a block of zeros.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BlockOperator, DiagonalOperator, IdentityOperator } from '@lin/operator';
 * const [I, D] = [new IdentityOperator({ dim: 1 }), new DiagonalOperator({ dim: 1, diagonal: [5] })];
 * const A = new BlockOperator([[I, D], [null, D]]);
 * console.log(A.apply(tf.tensor2d([[1, 2]])).arraySync());
 * ```
 * ```text
 * [ [ 11, 10 ] ]
 * ```
 */
export class BlockOperator implements LinearOperator {
  readonly inputDim: number;
  readonly outputDim: number;
  readonly blocks: Blocks;
  /** Widths of the block columns and heights of the block rows. */
  readonly columnDims: readonly number[];
  readonly rowDims: readonly number[];

  /** @throws OperatorError for ragged rows, a row or column of `null` only, or blocks that do not fit together. */
  constructor(blocks: Blocks) {
    const columns = blocks[0]?.length ?? 0;
    if (columns === 0) throw new OperatorError('BlockOperator: expected at least one block, but got none.');
    const ragged = blocks.findIndex((row) => row.length !== columns);
    if (ragged >= 0)
      throw new OperatorError(
        `BlockOperator: row ${ragged} has ${blocks[ragged]!.length} blocks; expected ${columns}, as in the first.`,
      );
    this.blocks = blocks;
    this.rowDims = blocks.map((row, i) =>
      sharedDim(
        `row ${i}`,
        'high',
        row.map((block) => block?.outputDim),
      ),
    );
    this.columnDims = blocks[0]!.map((_, j) =>
      sharedDim(
        `column ${j}`,
        'wide',
        blocks.map((row) => row[j]?.inputDim),
      ),
    );
    this.outputDim = total(this.rowDims);
    this.inputDim = total(this.columnDims);
  }

  apply(z: tf.Tensor2D): tf.Tensor2D {
    requireRows('BlockOperator', z, this.inputDim);
    return tf.tidy(() => {
      const parts = tf.split<tf.Tensor2D>(z, [...this.columnDims], 1);
      return tf.concat2d(
        this.blocks.map((row) => sumOf(row.map((block, j) => block && block.apply(parts[j]!)))),
        1,
      );
    });
  }

  applyAdjoint(u: tf.Tensor2D): tf.Tensor2D {
    requireRows('BlockOperator adjoint', u, this.outputDim);
    return tf.tidy(() => {
      const parts = tf.split<tf.Tensor2D>(u, [...this.rowDims], 1);
      const column = (j: number) => this.blocks.map((row, i) => row[j] && row[j].applyAdjoint(parts[i]!));
      return tf.concat2d(
        this.columnDims.map((_, j) => sumOf(column(j))),
        1,
      );
    });
  }

  adjoint(): LinearOperator {
    return new AdjointOperator(this);
  }

  async toMatrix() {
    const whole = zeros(this.outputDim, this.inputDim);
    const start = (dims: readonly number[], index: number) => total(dims.slice(0, index));
    for (const [i, row] of this.blocks.entries()) {
      for (const [j, block] of row.entries()) {
        if (block) copyInto(whole, await block.toMatrix(), start(this.rowDims, i), start(this.columnDims, j));
      }
    }
    return whole;
  }

  dispose(): void {
    this.blocks.flat().forEach((block) => block?.dispose());
  }
}

function sharedDim(where: string, direction: string, dims: readonly (number | undefined)[]): number {
  const dim = dims.find((value) => value !== undefined);
  if (dim === undefined)
    throw new OperatorError(
      `BlockOperator: ${where} holds no operator, so how ${direction} it is cannot be known; put a zero operator there.`,
    );
  const other = dims.find((value) => value !== undefined && value !== dim);
  if (other !== undefined)
    throw new OperatorError(
      `BlockOperator: the blocks of ${where} are ${dim} and ${other} ${direction}; expected one size.`,
    );
  return dim;
}

const total = (dims: readonly number[]) => dims.reduce((sum, dim) => sum + dim, 0);

const sumOf = (terms: readonly (tf.Tensor2D | null | undefined)[]) =>
  terms.filter((term) => term != null).reduce((sum, term) => tf.add(sum, term));

function copyInto(whole: Matrix, { rows, cols, data }: Matrix, top: number, left: number): void {
  for (let i = 0; i < rows; i++) whole.data.set(data.subarray(i * cols, (i + 1) * cols), (top + i) * whole.cols + left);
}
