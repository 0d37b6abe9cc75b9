// The principal square root of an upper triangular matrix, by its recurrence (Björck & Hammarling 1983; Higham, Functions of Matrices,
// algorithm 6.3).
import { largestEntry } from '../matrix/checks.js';
import { complexZeros, modulus, quotient, squareRoot, type Complex, type ComplexMatrix } from '../matrix/complex.js';

/**
 * R with R² = T; `null` where T has two zeros on its diagonal that are not decoupled, for then it has none: what couples them is above
 * `rcond` times the largest entry.
 */
export function triangularRoot(
  { re: Tr, im: Ti }: ComplexMatrix,
  rcond = Tr.rows * Number.EPSILON,
): ComplexMatrix | null {
  const n = Tr.rows;
  const root = complexZeros(n, n);
  const negligible = rcond * Math.max(largestEntry(Tr), largestEntry(Ti));
  const [x, y] = [root.re.data, root.im.data];
  // Columns of the root as rows, so that the sums run along memory.
  const [u, v] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let j = 0; j < n; j++) {
    for (let i = j; i >= 0; i--) {
      let [re, im] = [Tr.data[i * n + j]!, Ti.data[i * n + j]!];
      for (let k = i + 1, p = i * n + k, q = j * n + k; k < j; k++, p++, q++) {
        re -= x[p]! * u[q]! - y[p]! * v[q]!;
        im -= x[p]! * v[q]! + y[p]! * u[q]!;
      }
      const sum = { re: x[i * n + i]! + x[j * n + j]!, im: y[i * n + i]! + y[j * n + j]! };
      const entry = i === j ? squareRoot({ re, im }) : divide({ re, im }, sum, negligible);
      if (!entry) return null;
      x[i * n + j] = u[j * n + i] = entry.re;
      y[i * n + j] = v[j * n + i] = entry.im;
    }
  }
  return root;
}

/** Two zero eigenvalues: 0 / 0 is 0, anything else has no answer. */
function divide(value: Complex, sum: Complex, negligible: number): Complex | null {
  if (sum.re !== 0 || sum.im !== 0) return quotient(value, sum);
  return modulus(value) <= negligible ? { re: 0, im: 0 } : null;
}
