// The principal logarithm by inverse scaling and squaring on the Schur form, with the diagonal's own digits (Al-Mohy & Higham, "Improved
// inverse
// scaling and squaring algorithms for the matrix logarithm", 2012; the approximant by Gauss–Legendre quadrature, Higham, Functions of
// Matrices, §11.4).
import { realOfConjugated } from '../decompositions/complex-schur.js';
import { finiteSquare } from '../matrix/checks.js';
import { complexZeros, modulus, quotient, type Complex, type ComplexMatrix } from '../matrix/complex.js';
import type { Matrix, MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { ON_THE_CUT, principalSchur, refuse, ZERO } from './principal-spectrum.js';
import { isSymmetric, ofSymmetric } from './symmetric.js';
import { triangularRoot } from './triangular-root.js';

/** |T − I|₁ from which on seven nodes are right to 2⁻⁵³ (table 2.1 there). */
const REACH = 2.642960831111435e-1;

/** Nodes and weights of Gauss–Legendre quadrature on [−1, 1] (Abramowitz & Stegun, table 25.4). */
const NODES: readonly [node: number, weight: number][] = [
  [0, 0.4179591836734694],
  [0.4058451513773972, 0.3818300505051189],
  [-0.4058451513773972, 0.3818300505051189],
  [0.7415311855993945, 0.2797053914892767],
  [-0.7415311855993945, 0.2797053914892767],
  [0.9491079123427585, 0.1294849661688697],
  [-0.9491079123427585, 0.1294849661688697],
];

/**
 * X with eˣ = A and eigenvalues of imaginary parts in (−π, π).
 * @throws MatrixFunctionError for an eigenvalue that is zero or on the negative real axis. OperatorError unless A is finite and square.
 */
export function logm(a: MatrixLike): Matrix {
  return logarithm('logm', finiteSquare('logm', a));
}

/** `operation` is whose errors these are. */
export function logarithm(operation: string, A: Matrix): Matrix {
  if (isSymmetric(A)) {
    return ofSymmetric(A, (value) =>
      value <= 0 ? refuse(operation, A.rows, { re: value, im: 0 }, value === 0 ? ZERO : ON_THE_CUT) : Math.log(value),
    );
  }
  const { U, T } = principalSchur(operation, A, { zeroAllowed: false });
  return realOfConjugated(U, triangularLogarithm(T), multiply);
}

function triangularLogarithm(T: ComplexMatrix): ComplexMatrix {
  const n = T.re.rows;
  const diagonal = Array.from({ length: n }, (_, i) => log({ re: T.re.data[i * n + i]!, im: T.im.data[i * n + i]! }));
  let root = T;
  let roots = 0;
  while (distanceFromIdentity(root) > REACH) {
    root = triangularRoot(root)!; // no eigenvalue is zero
    roots++;
  }
  const X: ComplexMatrix = {
    re: { ...root.re, data: root.re.data.slice() },
    im: { ...root.im, data: root.im.data.slice() },
  };
  diagonal.forEach(({ re, im }, i) => {
    const entry = exponentialMinusOne({ re: re / 2 ** roots, im: im / 2 ** roots }); // the root minus one without cancellation
    X.re.data[i * n + i] = entry.re;
    X.im.data[i * n + i] = entry.im;
  });
  const sum = complexZeros(n, n);
  for (const [node, weight] of NODES) accumulate(sum, X, (1 + node) / 2, (weight / 2) * 2 ** roots);
  diagonal.forEach(({ re, im }, i) => {
    sum.re.data[i * n + i] = re;
    sum.im.data[i * n + i] = im;
  });
  return sum;
}

/** sum += weight · (I + t X)⁻¹ X, by substitution; X is upper triangular. */
function accumulate(sum: ComplexMatrix, { re: Xr, im: Xi }: ComplexMatrix, t: number, weight: number): void {
  const n = Xr.rows;
  const [x, y] = [Xr.data, Xi.data];
  const [u, v] = [x.slice(), y.slice()]; // rows of the solution, the last one first
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const [re, im] = [t * x[i * n + k]!, t * y[i * n + k]!];
      if (re === 0 && im === 0) continue;
      for (let j = k, p = i * n + k, q = k * n + k; j < n; j++, p++, q++) {
        u[p]! -= re * u[q]! - im * v[q]!;
        v[p]! -= re * v[q]! + im * u[q]!;
      }
    }
    const pivot = { re: 1 + t * x[i * n + i]!, im: t * y[i * n + i]! };
    for (let p = i * n + i; p < (i + 1) * n; p++) {
      const entry = quotient({ re: u[p]!, im: v[p]! }, pivot);
      u[p] = entry.re;
      v[p] = entry.im;
      sum.re.data[p]! += weight * entry.re;
      sum.im.data[p]! += weight * entry.im;
    }
  }
}

/** |T − I|₁ */
function distanceFromIdentity({ re, im }: ComplexMatrix): number {
  const n = re.rows;
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i <= j; i++)
      sum += modulus({ re: re.data[i * n + j]! - (i === j ? 1 : 0), im: im.data[i * n + j]! });
    largest = Math.max(largest, sum);
  }
  return largest;
}

function log(value: Complex): Complex {
  return { re: Math.log(modulus(value)), im: Math.atan2(value.im, value.re) };
}

/** eᶻ − 1 */
function exponentialMinusOne({ re, im }: Complex): Complex {
  const half = Math.sin(im / 2);
  return { re: Math.expm1(re) * Math.cos(im) - 2 * half * half, im: Math.exp(re) * Math.sin(im) };
}
