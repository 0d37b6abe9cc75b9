// Triangular systems, by substitution on rows of the right-hand side.
import { addMultiple, dot } from '../matrix/vectors.js';
import { LEAST_WORK, onBackend } from '../matrix/backend-kernels.js';
import type { Matrix } from '../matrix/matrix.js';

export interface TriangularOptions {
  lower: boolean;
  /** Ones on the diagonal, whatever stands there. */
  unit?: boolean;
}

/** X with T X = B; what is on the other side of T's diagonal is not read. The diagonal must have no zero. */
export function solveTriangular(T: Matrix, B: Matrix, { lower, unit = false }: TriangularOptions): Matrix {
  const work = T.rows * T.rows * B.cols;
  const outputs =
    work < LEAST_WORK
      ? undefined
      : onBackend('MatrixTriangularSolve', work, [unit ? unitDiagonal(T) : T, B], { lower });
  if (outputs) return outputs[0]!;
  const X: Matrix = { ...B, data: B.data.slice() };
  const solveRow = B.cols === 1 ? substituteNumber : substituteRow;
  for (let step = 0; step < T.rows; step++) {
    const i = lower ? step : T.rows - 1 - step;
    solveRow(T, X, i, lower ? 0 : i + 1, lower ? i : T.rows, unit ? 1 : T.data[i * T.cols + i]!);
  }
  return X;
}

/** T with ones on its diagonal, a copy. */
function unitDiagonal(T: Matrix): Matrix {
  const unit: Matrix = { ...T, data: T.data.slice() };
  for (let i = 0; i < T.rows; i++) unit.data[i * T.cols + i] = 1;
  return unit;
}

/** Row i of X, from the rows `from` to before `to`, which are solved. */
function substituteRow(T: Matrix, X: Matrix, i: number, from: number, to: number, pivot: number): void {
  const row = (k: number) => X.data.subarray(k * X.cols, (k + 1) * X.cols);
  const target = row(i);
  for (let k = from; k < to; k++) {
    const factor = T.data[i * T.cols + k]!;
    if (factor !== 0) addMultiple(-factor, row(k), target);
  }
  for (let j = 0; j < target.length; j++) target[j]! /= pivot;
}

/** The same where a row is one number. */
function substituteNumber(T: Matrix, { data: x }: Matrix, i: number, from: number, to: number, pivot: number): void {
  x[i] = (x[i]! - dot(T.data.subarray(i * T.cols + from, i * T.cols + to), x.subarray(from, to))) / pivot;
}
