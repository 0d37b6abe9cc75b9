// Real Schur form by Francis's double-shift QR iteration (Golub & Van Loan, §7.5; blocks of two in the standard form of LAPACK's dlanv2).
import { ConvergenceError } from '../../errors.js';
import { finiteSquare, normalised, restoredMatrix } from '../matrix/checks.js';
import type { Complex } from '../matrix/complex.js';
import { transpose, type Matrix, type MatrixLike } from '../matrix/matrix.js';
import { hessenberg } from './hessenberg.js';
import { direction, LIFT, norm, rotate, TINY } from '../matrix/vectors.js';

export interface Schur {
  /** Orthogonal, n × n. */
  Q: Matrix;
  /** Upper quasi-triangular: real eigenvalues on the diagonal, a pair a ± √(b c) i as a block [a, b; c, a] with b c < 0. */
  T: Matrix;
}

/**
 * A = Q T Qᵀ. On the host.
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws OperatorError unless A is finite and square; ConvergenceError, which no matrix is known to cause.
 * @example
 * ```ts
 * import { schur } from '@lin/operator/linear-algebra';
 * const { T } = schur([[1, 2], [3, 2]]);
 * console.log(T.data[2], [T.data[0]!, T.data[3]!].map((x) => x.toFixed(6)));
 * ```
 * ```text
 * 0 [ '-1.000000', '4.000000' ]
 * ```
 */
export function schur(a: MatrixLike): Schur {
  const { scaled: matrix, scale } = normalised(finiteSquare('schur', a));
  const { H, rows } = hessenberg(matrix);
  reduce(H, rows);
  return { Q: transpose(rows), T: restoredMatrix('schur', H, scale) };
}

/** Of a quasi-triangular matrix, in the order of its diagonal. */
export function eigenvaluesOf({ rows: n, data }: Matrix): Complex[] {
  const values: Complex[] = [];
  for (let i = 0; i < n; i++) {
    const re = data[i * n + i]!;
    const below = i + 1 < n ? data[(i + 1) * n + i]! : 0;
    if (below === 0) {
      values.push({ re, im: 0 });
      continue;
    }
    const im = Math.sqrt(Math.abs(below)) * Math.sqrt(Math.abs(data[i * n + i + 1]!));
    values.push({ re, im }, { re, im: -im });
    i++;
  }
  return values;
}

/** Per eigenvalue; two or three are usual. */
const MOST_STEPS = 60;
/** Every so many steps without progress, a shift of another kind breaks a cycle. */
const EXCEPTIONAL = 10;

/** Rows of `rows` are turned along. */
function reduce(H: Matrix, rows: Matrix): void {
  const n = H.rows;
  const h = H.data;
  let end = n - 1;
  for (let step = 0; end > 0; step++) {
    const start = startOfBlock(H, end);
    if (start >= end - 1) {
      if (start === end - 1) standardise(H, rows, start);
      end = start - 1;
      step = -1;
      continue;
    }
    if (step === MOST_STEPS) {
      if (!splitByNorm(H, start, end))
        throw new ConvergenceError(`schur: eigenvalue ${end} of ${n} is not found after ${MOST_STEPS} steps.`);
      step = -1;
      continue;
    }
    const unit = unitOf(h, n, start, end);
    let [trace, determinant] = shiftsOf(h, n, end, unit);
    if (step > 0 && step % EXCEPTIONAL === 0) {
      const size = (Math.abs(h[end * n + end - 1]!) + Math.abs(h[(end - 1) * n + end - 2]!)) / unit;
      const last = h[end * n + end]! / unit;
      [trace, determinant] = [1.5 * size + 2 * last, (last + 0.75 * size) ** 2 + 0.4375 * size ** 2];
    }
    francisStep(H, rows, start, end, { trace, determinant, unit });
  }
}

/** What a step's shifts are computed from. */
interface Shifts {
  /** Sum and product of the two, in units and units squared. */
  trace: number;
  determinant: number;
  unit: number;
}

/** A power of two near the entries that a step begins with: products of theirs neither vanish nor overflow. */
function unitOf(h: Float64Array, n: number, start: number, end: number): number {
  let largest = 0;
  for (const k of [start, start + 1, end - 1]) {
    for (const [i, j] of [
      [k, k],
      [k, k + 1],
      [k + 1, k],
      [k + 1, k + 1],
    ] as const) {
      // prettier-ignore
      largest = Math.max(largest, Math.abs(h[i * n + j]!));
    }
  }
  return largest === 0 ? 1 : 2 ** Math.max(-1022, Math.floor(Math.log2(largest)));
}

/** Sum and product of the eigenvalues of the last block of two. */
function shiftsOf(h: Float64Array, n: number, end: number, unit: number): [number, number] {
  const [p, q, r, s] = [
    h[(end - 1) * n + end - 1]! / unit,
    h[(end - 1) * n + end]! / unit,
    h[end * n + end - 1]! / unit,
    h[end * n + end]! / unit,
  ];
  return [p + s, p * s - q * r];
}

/**
 * The first row of the last block that does not split; what is negligible below the diagonal becomes zero (Ahues & Tisseur's criterion).
 */
function startOfBlock({ rows: n, data: h }: Matrix, end: number): number {
  for (let k = end; k > 0; k--) {
    const below = Math.abs(h[k * n + k - 1]!);
    const [x, y] = [Math.abs(h[(k - 1) * n + k - 1]!), Math.abs(h[k * n + k]!)];
    if (below > 1e-300) {
      if (below > Number.EPSILON * (x + y || neighbourhood(h, n, k))) continue;
      const above = Math.abs(h[(k - 1) * n + k]!);
      const difference = Math.abs(h[(k - 1) * n + k - 1]! - h[k * n + k]!);
      const larger = Math.max(below, above);
      const [most, least] = [Math.max(y, difference), Math.min(y, difference)];
      const total = larger + most;
      if (
        total > 0 &&
        Math.min(below, above) * (larger / total) > Math.max(1e-300, Number.EPSILON * (least * (most / total)))
      )
        continue;
    }
    h[k * n + k - 1] = 0;
    return k;
  }
  return 0;
}

/**
 * Splits a block whose entries are so small beside the rest of the matrix that shifts of theirs have no digits: what is below the diagonal
 * there is rounding of the matrix. Whether there was such an entry.
 */
function splitByNorm({ rows: n, data: h }: Matrix, start: number, end: number): boolean {
  const negligible = Number.EPSILON * norm(h);
  for (let k = end; k > start; k--) {
    if (Math.abs(h[k * n + k - 1]!) > negligible) continue;
    h[k * n + k - 1] = 0;
    return true;
  }
  return false;
}

/** Where both diagonal entries are zero. */
function neighbourhood(h: Float64Array, n: number, k: number): number {
  return (k > 1 ? Math.abs(h[(k - 1) * n + k - 2]!) : 0) + (k + 1 < n ? Math.abs(h[(k + 1) * n + k]!) : 0);
}

/** One implicit step with two shifts: a bulge of three rows is chased from `start` to `end`. */
function francisStep(H: Matrix, rows: Matrix, start: number, end: number, { trace, determinant, unit }: Shifts): void {
  const n = H.rows;
  const h = H.data;
  const at = (i: number, j: number) => h[i * n + j]!;
  const inUnits = (i: number, j: number) => at(start + i, start + j) / unit;
  let x = inUnits(0, 0) ** 2 + inUnits(0, 1) * inUnits(1, 0) - trace * inUnits(0, 0) + determinant;
  let y = inUnits(1, 0) * (inUnits(0, 0) + inUnits(1, 1) - trace);
  let z = inUnits(1, 0) * inUnits(2, 1);
  for (let k = start; k < end; k++) {
    const size = k + 2 <= end ? 3 : 2;
    let length = size === 3 ? Math.hypot(x, y, z) : Math.hypot(x, y);
    if (length > 0) {
      if (length < TINY) {
        [x, y, z] = [x * LIFT, y * LIFT, z * LIFT];
        length = size === 3 ? Math.hypot(x, y, z) : Math.hypot(x, y);
      }
      const beta = x >= 0 ? -length : length;
      const v: [number, number, number] = [1, y / (x - beta), size === 3 ? z / (x - beta) : 0];
      const tau = (beta - x) / beta;
      reflectRows(h, n, k, v, tau, Math.max(start, k - 1), n, size);
      reflectColumns(h, n, k, v, tau, Math.min(end, k + 3) + 1, size);
      reflectRows(rows.data, n, k, v, tau, 0, n, size);
      if (k > start) for (let i = 1; i < size; i++) h[(k + i) * n + k - 1] = 0;
    }
    if (k + 1 < end) {
      x = at(k + 1, k);
      y = at(k + 2, k);
      z = k + 3 <= end ? at(k + 3, k) : 0;
    } else {
      x = at(k + 1, k);
    }
  }
}

/** Rows k to k + size − 1, columns from `from` to before `to`. */
function reflectRows(
  h: Float64Array,
  n: number,
  k: number,
  [, v1, v2]: readonly [number, number, number],
  tau: number,
  from: number,
  to: number,
  size: number,
): void {
  const [first, second, third] = [k * n, (k + 1) * n, (k + 2) * n];
  if (size === 2) {
    for (let j = from; j < to; j++) {
      const sum = tau * (h[first + j]! + v1 * h[second + j]!);
      h[first + j]! -= sum;
      h[second + j]! -= sum * v1;
    }
    return;
  }
  for (let j = from; j < to; j++) {
    const sum = tau * (h[first + j]! + v1 * h[second + j]! + v2 * h[third + j]!);
    h[first + j]! -= sum;
    h[second + j]! -= sum * v1;
    h[third + j]! -= sum * v2;
  }
}

/** Columns k to k + size − 1, rows before `to`. */
function reflectColumns(
  h: Float64Array,
  n: number,
  k: number,
  [, v1, v2]: readonly [number, number, number],
  tau: number,
  to: number,
  size: number,
): void {
  for (let i = 0, p = k; i < to; i++, p += n) {
    const sum = tau * (h[p]! + v1 * h[p + 1]! + (size === 3 ? v2 * h[p + 2]! : 0));
    h[p]! -= sum;
    h[p + 1]! -= sum * v1;
    if (size === 3) h[p + 2]! -= sum * v2;
  }
}

/** Turns the block at k so that it is triangular, or has equal diagonal entries and a complex pair. */
function standardise(H: Matrix, rows: Matrix, k: number): void {
  const n = H.rows;
  const h = H.data;
  const [a, b, c, d] = [h[k * n + k]!, h[k * n + k + 1]!, h[(k + 1) * n + k]!, h[(k + 1) * n + k + 1]!];
  if (c === 0) return;
  const half = (a - d) / 2;
  const size = Math.max(Math.abs(half), Math.sqrt(Math.abs(b)) * Math.sqrt(Math.abs(c)));
  const discriminant = size === 0 ? 0 : (half / size) ** 2 + (b / size) * (c / size);
  const root = size * Math.sqrt(Math.abs(discriminant));
  // The rotation's first column: an eigenvector where they are real, else what makes the diagonal equal.
  const [x, y] = discriminant >= 0 ? [half + (half >= 0 ? root : -root), c] : equaliser(half, b + c);
  const [cosine, sine] = direction(x, y);
  rotate(h.subarray(k * n, (k + 1) * n), h.subarray((k + 1) * n, (k + 2) * n), cosine, -sine);
  for (let i = 0; i < Math.min(n, k + 2); i++) {
    const [p, q] = [h[i * n + k]!, h[i * n + k + 1]!];
    h[i * n + k] = cosine * p + sine * q;
    h[i * n + k + 1] = cosine * q - sine * p;
  }
  rotate(rows.data.subarray(k * n, (k + 1) * n), rows.data.subarray((k + 1) * n, (k + 2) * n), cosine, -sine);
  if (discriminant >= 0) {
    h[(k + 1) * n + k] = 0;
    return;
  }
  h[k * n + k] = h[(k + 1) * n + k + 1] = (a + d) / 2;
  // Of a pair that is nearly one value, rounding may have given both entries one sign, or made one zero: then the values are real.
  if (Math.sign(h[k * n + k + 1]!) * Math.sign(h[(k + 1) * n + k]!) >= 0) standardise(H, rows, k);
}

/** (cos θ, sin θ) with tan 2θ = −(a − d) / (b + c): then both diagonal entries are their mean. */
function equaliser(half: number, sum: number): [number, number] {
  const angle = Math.atan2(-2 * half, sum) / 2;
  return [Math.cos(angle), Math.sin(angle)];
}
