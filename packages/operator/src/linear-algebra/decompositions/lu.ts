// LU decomposition with partial pivoting (Golub & Van Loan, §3.4).
import { onBackend } from '../matrix/backend-kernels.js';
import { finite, normalised, restoredMatrix } from '../matrix/checks.js';
import { zeros, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { addMultiple } from '../matrix/vectors.js';

export interface Lu {
  /** Unit lower triangular (trapezoidal), m × r with r = min(m, n). */
  L: Matrix;
  /** Upper triangular (trapezoidal), r × n. */
  U: Matrix;
  /** P A = L U: row k of P A is row permutation[k] of A. */
  permutation: Int32Array;
}

/** L below the diagonal and U on and above it, in one matrix. */
export interface PackedLu {
  packed: Matrix;
  permutation: Int32Array;
}

/**
 * P A = L U; a singular matrix has zeros on U's diagonal.
 * @param a m × n: a Matrix, or rows of numbers.
 * @throws OperatorError when an entry is not finite.
 * @example
 * ```ts
 * import { lu, toRows } from '@lin/operator/linear-algebra';
 * const { L, U, permutation } = lu([[1, 2], [4, 4]]);
 * console.log(toRows(L), toRows(U), permutation);
 * ```
 * ```text
 * [ [ 1, 0 ], [ 0.25, 1 ] ] [ [ 4, 4 ], [ 0, 1 ] ] Int32Array(2) [ 1, 0 ]
 * ```
 */
export function lu(a: MatrixLike): Lu {
  const { scaled, scale } = normalised(finite('lu', a));
  const { packed, permutation } = packedLu(scaled);
  const { rows: m, cols: n } = packed;
  const r = Math.min(m, n);
  const [L, U] = [zeros(m, r), zeros(r, n)];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < Math.min(i, r); j++) L.data[i * r + j] = packed.data[i * n + j]!;
    if (i >= r) continue;
    L.data[i * r + i] = 1;
    for (let j = i; j < n; j++) U.data[i * n + j] = packed.data[i * n + j]!;
  }
  return { L, U: restoredMatrix('lu', U, scale), permutation };
}

/** Of a finite matrix. */
export function packedLu(a: Matrix): PackedLu {
  return (a.rows === a.cols && luOnBackend(a)) || eliminate(a);
}

/** TensorFlow refuses singular matrices; elimination here passes over a column of zeros. */
function luOnBackend(a: Matrix): PackedLu | undefined {
  try {
    const outputs = onBackend('Lu', a.rows ** 3, [a]);
    return outputs && outputs[0]!.data.every(Number.isFinite)
      ? { packed: outputs[0]!, permutation: Int32Array.from(outputs[1]!.data) }
      : undefined;
  } catch {
    return undefined;
  }
}

function eliminate(a: Matrix): PackedLu {
  const { rows: m, cols: n } = a;
  const data = a.data.slice();
  const permutation = Int32Array.from({ length: m }, (_, i) => i);
  for (let k = 0; k < Math.min(m, n); k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(data[i * n + k]!) > Math.abs(data[pivot * n + k]!)) pivot = i;
    if (data[pivot * n + k] === 0) continue;
    if (pivot !== k) swapRows(data, n, k, pivot, permutation);
    const row = data.subarray(k * n + k + 1, (k + 1) * n);
    for (let i = k + 1; i < m; i++) {
      const factor = (data[i * n + k]! /= data[k * n + k]!);
      if (factor !== 0) addMultiple(-factor, row, data.subarray(i * n + k + 1, (i + 1) * n));
    }
  }
  return { packed: { rows: m, cols: n, data }, permutation };
}

function swapRows(data: Float64Array, n: number, i: number, j: number, permutation: Int32Array): void {
  const kept = data.slice(i * n, (i + 1) * n);
  data.copyWithin(i * n, j * n, (j + 1) * n);
  data.set(kept, j * n);
  [permutation[i], permutation[j]] = [permutation[j]!, permutation[i]!];
}
