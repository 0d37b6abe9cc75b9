// Powers Tᵖ, −1 < p < 1, of an upper triangular matrix: square roots until T is near I, a Padé approximant of (1 − x)ᵖ, and squarings after
// each of which the diagonal and the entries beside it are set right (Higham & Lin, "A Schur–Padé algorithm for fractional powers of a
// matrix", 2011).
import { quotient, type Complex, type ComplexMatrix } from '../matrix/complex.js';
import {
  exponentialMinusOne,
  exponentialOf,
  hyperbolicSine,
  logarithmOf,
  logarithmOfOnePlus,
  times,
} from '../matrix/complex-functions.js';
import { distanceFromIdentity, entryAt, product, scaled, setEntry, solvePlusIdentity } from './complex-triangular.js';
import { triangularRoot } from './triangular-root.js';

/** Of the approximant, and the |I − T|₁ up to which it is right to 2⁻⁵³ (table 3.1 there). */
const DEGREE = 7;
const REACH = 2.79e-1;

/** T has no eigenvalue that is zero or on the negative real axis. */
export function triangularPower(T: ComplexMatrix, p: number): ComplexMatrix {
  const n = T.re.rows;
  const logs = Array.from({ length: n }, (_, i) => logarithmOf(entryAt(T, i, i)));
  let root = T;
  let roots = 0;
  while (distanceFromIdentity(root) > REACH) {
    root = triangularRoot(root)!; // no eigenvalue is zero
    roots++;
  }
  const X = scaled(root, -1); // I − T^(1/2^roots), without cancellation on the diagonal
  logs.forEach((log, i) => {
    const { re, im } = exponentialMinusOne(byFactor(log, 2 ** -roots));
    setEntry(X, i, i, { re: -re, im: -im });
    if (i + 1 < n) setEntry(X, i, i + 1, byFactor(besideDiagonal(T, logs, i, 2 ** -roots), -1));
  });
  let power = approximant(X, p);
  for (let left = roots; left >= 0; left--) {
    if (left < roots) power = product(power, power);
    const exponent = p * 2 ** -left;
    logs.forEach((log, i) => {
      setEntry(power, i, i, exponentialOf(byFactor(log, exponent)));
      if (i + 1 < n) setEntry(power, i, i + 1, besideDiagonal(T, logs, i, exponent));
    });
  }
  return power;
}

/** (I − X)ᵖ by its continued fraction from the bottom up: S ← c_j X (I + S)⁻¹, then I + S (algorithm 3.1 there). */
function approximant(X: ComplexMatrix, p: number): ComplexMatrix {
  let S = scaled(X, coefficient(2 * DEGREE, p));
  for (let j = 2 * DEGREE - 1; j > 0; j--) S = solvePlusIdentity(S, scaled(X, coefficient(j, p)));
  const n = X.re.rows;
  for (let i = 0; i < n; i++) S.re.data[i * n + i]! += 1;
  return S;
}

function coefficient(index: number, p: number): number {
  const j = Math.floor(index / 2);
  if (index === 1) return -p;
  return index % 2 === 0 ? (p - j) / (2 * (2 * j - 1)) : (-j - p) / (2 * (2 * j + 1));
}

/** Entry (i, i + 1) of Tᵖ: t (λ₂ᵖ − λ₁ᵖ) / (λ₂ − λ₁), whose digits survive where the eigenvalues are close (equation 5.6 there). */
function besideDiagonal(T: ComplexMatrix, logs: readonly Complex[], i: number, p: number): Complex {
  const [first, second, t] = [entryAt(T, i, i), entryAt(T, i + 1, i + 1), entryAt(T, i, i + 1)];
  const [a, b] = [logs[i]!, logs[i + 1]!];
  const gap = { re: second.re - first.re, im: second.im - first.im };
  if (gap.re === 0 && gap.im === 0) return byFactor(times(t, exponentialOf(byFactor(a, p - 1))), p);
  const mean = exponentialOf({ re: (p * (a.re + b.re)) / 2, im: (p * (a.im + b.im)) / 2 });
  const halfRatio = byFactor(logarithmOfRatio(quotient(gap, first), a, b), p / 2);
  return quotient(byFactor(times(t, times(mean, hyperbolicSine(halfRatio))), 2), gap);
}

/** log λ₂ − log λ₁, from the relative gap where they are close; the branches are those of the two logarithms. */
function logarithmOfRatio(gap: Complex, a: Complex, b: Complex): Complex {
  const plain = { re: b.re - a.re, im: b.im - a.im };
  if (Math.hypot(gap.re, gap.im) > 1 / 2) return plain;
  const near = logarithmOfOnePlus(gap);
  return { re: near.re, im: near.im + 2 * Math.PI * Math.round((plain.im - near.im) / (2 * Math.PI)) };
}

const byFactor = ({ re, im }: Complex, factor: number): Complex => ({ re: re * factor, im: im * factor });
