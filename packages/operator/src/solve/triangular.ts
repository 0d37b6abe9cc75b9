// Triangular systems, by substitution on rows of the right-hand side.
import { addMultiple } from '../decompositions/householder.js';
import { onBackend } from '../matrix/backend-kernels.js';
import type { Matrix } from '../matrix/matrix.js';

export interface TriangularOptions {
  lower: boolean;
  /** Ones on the diagonal, whatever stands there. */
  unit?: boolean;
}

/** X with T X = B; what is on the other side of T's diagonal is not read. The diagonal must have no zero. */
export function solveTriangular(T: Matrix, B: Matrix, { lower, unit = false }: TriangularOptions): Matrix {
  const outputs = unit ? undefined : onBackend('MatrixTriangularSolve', T.rows * T.rows * B.cols, [T, B], { lower });
  if (outputs) return outputs[0]!;
  const n = T.rows;
  const X: Matrix = { ...B, data: B.data.slice() };
  const row = (i: number) => X.data.subarray(i * B.cols, (i + 1) * B.cols);
  for (let step = 0; step < n; step++) {
    const i = lower ? step : n - 1 - step;
    const target = row(i);
    for (let k = lower ? 0 : i + 1; k < (lower ? i : n); k++) {
      const factor = T.data[i * n + k]!;
      if (factor !== 0) addMultiple(-factor, row(k), target);
    }
    if (!unit) for (let j = 0; j < target.length; j++) target[j]! /= T.data[i * n + i]!;
  }
  return X;
}
