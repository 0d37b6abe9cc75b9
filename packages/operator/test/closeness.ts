// How far matrices are from what they should be.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { largestEntry } from '../src/linear-algebra/matrix/checks.js';
import { scaleColumns, subtract } from '../src/linear-algebra/matrix/arithmetic.js';
import { asMatrix, identity, transpose, type Matrix, type MatrixLike } from '../src/linear-algebra/matrix/matrix.js';
import { multiply } from '../src/linear-algebra/matrix/product.js';

/** Largest difference of entries over the largest entry expected. */
export function difference(a: MatrixLike, expected: MatrixLike): number {
  return largestEntry(subtract(asMatrix(a), asMatrix(expected))) / (largestEntry(asMatrix(expected)) || 1);
}

/** Largest entry of QᵀQ − I. */
export function skewness(Q: Matrix): number {
  return largestEntry(subtract(multiply(transpose(Q), Q), identity(Q.cols)));
}

/** U diag(s) Vᵀ */
export const composed = ({ U, s, V }: { U: Matrix; s: Float64Array; V: Matrix }): Matrix =>
  multiply(scaleColumns(U, s), transpose(V));

/** Matrices of either shape, of rank up to full, of sizes from 1e-30 to 1e30, with zeros. */
export const anyMatrix: fc.Arbitrary<Matrix> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 9 }),
    inner: fc.integer({ min: 1, max: 9 }),
    exponent: fc.integer({ min: -30, max: 30 }),
  })
  .chain(({ rows, cols, inner, exponent }) =>
    fc.tuple(numbers(rows * inner), numbers(inner * cols)).map(([left, right]) => {
      const product = multiply({ rows, cols: inner, data: left }, { rows: inner, cols, data: right });
      return { ...product, data: product.data.map((value) => value * 10 ** exponent) };
    }),
  );

/** n × n. */
export const squareMatrix: fc.Arbitrary<Matrix> = fc
  .integer({ min: 1, max: 8 })
  .chain((n) => numbers(n * n).map((data) => ({ rows: n, cols: n, data })));

function numbers(length: number): fc.Arbitrary<Float64Array> {
  return fc
    .array(fc.integer({ min: -100, max: 100 }), { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values, (value) => value / 50));
}

/** What `make-reference.py` wrote. */
export const reference = JSON.parse(
  readFileSync(new URL('./reference/decompositions.json', import.meta.url), 'utf8'),
) as {
  'singular values, exact': Record<string, number[]>;
  'singular values, numpy': Record<string, number[]>;
  'eigenvalues, exact': Record<string, [number, number][]>;
  'functions of positive 6': Record<'expm' | 'logm' | 'sqrtm' | 'power 0.3' | 'power -1.7' | 'inverse', number[][]>;
  'expm of random 6 times 20': number[][];
  'pseudo-inverse of random 9 4': number[][];
  'least squares': number[][];
  'least squares, rank 3': number[][];
  'ridge 0.1': number[][];
  procrustes: { Q: number[][]; 'sum of singular values': number };
  'polar of random 7 4': { Q: number[][]; H: number[][] };
  'subspace angles of random 10 3 and 10 4': number[];
  'numerical abscissa of grcar 12': number;
};
