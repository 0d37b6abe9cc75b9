// The principal logarithm by inverse scaling and squaring on the Schur form, with the diagonal's own digits (Al-Mohy & Higham, "Improved
// inverse scaling and squaring algorithms for the matrix logarithm", 2012; the approximant by Gauss–Legendre quadrature, Higham, Functions
// of Matrices, §11.4).
import { realOfConjugated } from '../decompositions/complex-schur.js';
import { finiteSquare } from '../matrix/checks.js';
import { complexZeros, type ComplexMatrix } from '../matrix/complex.js';
import { exponentialMinusOne, logarithmOf } from '../matrix/complex-functions.js';
import type { Matrix, MatrixLike } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { distanceFromIdentity, entryAt, scaled, solvePlusIdentity } from './complex-triangular.js';
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
 * The principal logarithm: X with eˣ = A and eigenvalues of imaginary parts in (−π, π).
 * @param a n × n: a Matrix, or rows of numbers.
 * @throws MatrixFunctionError for an eigenvalue that is zero or on the negative real axis. OperatorError unless A is finite and
 * square.
 * @example
 * ```ts
 * import { logm } from '@lin/operator/linear-algebra';
 * const log = logm([[0, -1], [1, 0]]); // of a quarter turn
 * console.log([...log.data].map((x) => Math.round(x * 1e6) / 1e6 + 0));
 * ```
 * ```text
 * [ 0, -1.570796, 1.570796, 0 ]
 * ```
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
  const diagonal = Array.from({ length: n }, (_, i) => logarithmOf(entryAt(T, i, i)));
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

/** sum += weight · (I + t X)⁻¹ X */
function accumulate(sum: ComplexMatrix, X: ComplexMatrix, t: number, weight: number): void {
  const { re, im } = solvePlusIdentity(scaled(X, t), X);
  for (let p = 0; p < re.data.length; p++) {
    sum.re.data[p]! += weight * re.data[p]!;
    sum.im.data[p]! += weight * im.data[p]!;
  }
}
