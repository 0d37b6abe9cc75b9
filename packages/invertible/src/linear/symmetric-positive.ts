// Small symmetric positive definite matrices in float64 on the host: the Gram matrix of a readout.

/** Thrown where a matrix that must be positive definite is not, within float64. */
export class NotPositiveDefiniteError extends Error {
  override name = 'NotPositiveDefiniteError';
  readonly fault = 'input';
}

/** Lower Cholesky factor L of A = L Lᵀ; both n × n, row after row. */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i > j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0) l[j * n + j] = Math.sqrt(sum);
      else
        throw new NotPositiveDefiniteError(
          `cholesky: pivot ${j} of ${n} is ${sum}; the rows of the readout are linearly dependent.`,
        );
    }
  }
  return l;
}

/** A⁻¹ = L⁻ᵀ L⁻¹ of a symmetric positive definite A. */
export function inverseOfPositiveDefinite(a: Float64Array, n: number): Float64Array {
  const inverseL = inverseOfLower(cholesky(a, n), n);
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += inverseL[k * n + i]! * inverseL[k * n + j]!;
      inverse[i * n + j] = inverse[j * n + i] = sum;
    }
  }
  return inverse;
}

/** log det A = 2 Σ log Lᵢᵢ. */
export function logDeterminant(a: Float64Array, n: number): number {
  const l = cholesky(a, n);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]!);
  return 2 * sum;
}

/** Ratio of the largest to the smallest eigenvalue, by power iteration on A and on A⁻¹. */
export function conditionNumber(a: Float64Array, n: number): number {
  return largestEigenvalue(a, n) * largestEigenvalue(inverseOfPositiveDefinite(a, n), n);
}

const POWER_ITERATIONS = 200; // three digits where the leading eigenvalues are 3 % apart

function largestEigenvalue(a: Float64Array, n: number): number {
  let v = Float64Array.from({ length: n }, (_, i) => 1 + Math.sin(i)); // not orthogonal to an eigenvector by symmetry
  let value = 0;
  for (let iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
    const w = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) w[i]! += a[i * n + j]! * v[j]!;
    value = Math.hypot(...w) / Math.hypot(...v);
    const norm = Math.hypot(...w);
    v = w.map((x) => x / norm);
  }
  return value;
}

function inverseOfLower(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / l[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k]! * inverse[k * n + j]!;
      inverse[i * n + j] = sum / l[i * n + i]!;
    }
  }
  return inverse;
}
