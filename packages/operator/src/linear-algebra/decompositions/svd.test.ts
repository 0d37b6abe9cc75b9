import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { anyMatrix, composed, difference, reference, skewness } from '../../../test/closeness.js';
import { withKernels } from '../../../test/kernels-of-cpu.js';
import { graded, hilbert, illConditioned, kahan, random, wilkinson } from '../../../test/matrices.js';
import { OperatorError } from '../../errors.js';
import { scale } from '../matrix/arithmetic.js';
import { fromRows, identity, transpose, zeros, type Matrix } from '../matrix/matrix.js';
import { multiply } from '../matrix/product.js';
import { jacobiSvd, preconditionedSvd } from './jacobi-svd.js';
import { svdRandomised } from './randomised-svd.js';
import { singularValues, svd, svdFull, svdTruncated } from './svd.js';

beforeAll(() => tf.setBackend('cpu'));

const KNOWN: Record<string, Matrix> = {
  'hilbert 10': hilbert(10),
  'kahan 20': kahan(20),
  'graded 12': graded(12),
  'illConditioned 12': illConditioned(12),
  'wilkinson 21': wilkinson(21),
  'random 9 4': random(9, 4),
};
const exact = reference['singular values, exact'];
const numpy = reference['singular values, numpy'];

/** Largest error of a singular value over the largest of all. */
const normwise = (s: ArrayLike<number>, expected: readonly number[]) =>
  Math.max(...expected.map((value, k) => Math.abs(s[k]! - value))) / expected[0]!;

describe('the singular value decomposition', () => {
  test.each(Object.entries(KNOWN))(
    'of %s has the singular values known to 60 digits, to 1e-14 of the largest',
    (name, a) => {
      expect(normwise(svd(a).s, exact[name]!)).toBeLessThan(1e-14);
      expect(normwise(preconditionedSvd(a).s, exact[name]!)).toBeLessThan(1e-14);
      expect(normwise(singularValues(transpose(a)), exact[name]!)).toBeLessThan(1e-14);
    },
  );

  // Columns of these are well conditioned once they have length one, which is what the method's bound asks for.
  test.each(['hilbert 10', 'kahan 20', 'graded 12', 'wilkinson 21'])(
    'by Jacobi rotations has small values of %s right to 1e-10 of themselves',
    (name) => {
      const { s } = jacobiSvd(KNOWN[name]!);
      exact[name]!.forEach((value, k) =>
        expect(Math.abs(s[k]! / value - 1)).toBeLessThan(name === 'hilbert 10' ? 1e-3 : 1e-10),
      ); // Hilbert's columns are nearly parallel
    },
  );

  test.each([
    ['random 100', random(100)],
    ['illConditioned 80', illConditioned(80)],
  ])('of %s has numpy’s singular values to 1e-13 of the largest', (name, a) => {
    expect(normwise(svd(a).s, numpy[name]!)).toBeLessThan(1e-13);
  });

  test('of any matrix is U diag(s) Vᵀ with orthonormal columns and falling s, to 1e-13', () => {
    fc.assert(
      fc.property(anyMatrix, (a) => {
        const found = svd(a);
        expect(difference(composed(found), a)).toBeLessThan(1e-13);
        expect(skewness(found.U)).toBeLessThan(1e-13);
        expect(skewness(found.V)).toBeLessThan(1e-13);
        expect([...found.s]).toEqual([...found.s].sort((x, y) => y - x));
        expect([found.U.cols, found.s.length, found.V.cols]).toEqual(Array(3).fill(Math.min(a.rows, a.cols)));
      }),
    );
  });

  test.each([
    ['tall', 120, 70],
    ['wide', 70, 120],
    ['square', 130, 130],
  ])('of a %s matrix with hundreds of entries a side holds to 1e-13', (_, m, n) => {
    const a = random(m, n);
    const found = svd(a);
    expect(difference(composed(found), a)).toBeLessThan(1e-13);
    expect(Math.max(skewness(found.U), skewness(found.V))).toBeLessThan(1e-13);
  });

  test('of 1 × 1 is its modulus and its sign', () => {
    const { U, s, V } = svd([[-3]]);
    expect([s[0], U.data[0]! * V.data[0]!]).toEqual([3, -1]);
  });

  test('of zero is zero, with orthonormal vectors all the same', () => {
    const { U, s, V } = svd(zeros(4, 3));
    expect([...s]).toEqual([0, 0, 0]);
    expect(Math.max(skewness(U), skewness(V))).toBe(0);
  });

  test('of a rank-one matrix of 90 columns has one value that is not rounding', () => {
    const found = svd(multiply(random(100, 1), random(1, 90)));
    expect(found.s[1]! / found.s[0]!).toBeLessThan(1e-15);
    expect(Math.max(skewness(found.U), skewness(found.V))).toBeLessThan(1e-13);
  });

  test.each([1e-300, 5e-320, 1e300])('is not troubled by entries of size %d', (size) => {
    const { s } = svd([
      [3 * size, 0],
      [0, -4 * size],
    ]);
    expect(Math.abs(s[0]! / (4 * size) - 1)).toBeLessThan(1e-3 ** (size < 1e-310 ? 1 : 5)); // subnormal numbers have few digits themselves
    expect(Math.abs(s[1]! / (3 * size) - 1)).toBeLessThan(1e-3 ** (size < 1e-310 ? 1 : 5));
  });

  test('in full has square U and V', () => {
    for (const a of [random(5, 3), random(3, 5), random(4)]) {
      const { U, s, V } = svdFull(a);
      expect([U.rows, U.cols, V.rows, V.cols]).toEqual([a.rows, a.rows, a.cols, a.cols]);
      expect(Math.max(skewness(U), skewness(V))).toBeLessThan(1e-14);
      const sigma = zeros(a.rows, a.cols);
      s.forEach((value, k) => (sigma.data[k * a.cols + k] = value));
      expect(difference(multiply(multiply(U, sigma), transpose(V)), a)).toBeLessThan(1e-14);
    }
  });

  test('truncated to k leaves an error of the value after it (Eckart and Young)', () => {
    const a = random(12, 8);
    const { s } = svd(a);
    const rest = { ...a, data: a.data.map((value, i) => value - composed(svdTruncated(a, 3)).data[i]!) };
    expect(singularValues(rest)[0]).toBeCloseTo(s[3]!, 13);
  });

  test('randomised finds the leading triples of a matrix whose values decay, to 1e-10', () => {
    const a = illConditioned(60); // halves with each value, and more
    const [found, { s }] = [svdRandomised(a, 5), svd(a)];
    for (let k = 0; k < 5; k++) expect(Math.abs(found.s[k]! / s[k]! - 1)).toBeLessThan(1e-10);
    expect(Math.max(skewness(found.U), skewness(found.V))).toBeLessThan(1e-13);
    expect(svdRandomised(a, 5)).toEqual(found);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['NaN', () => svd([[1, NaN]]), /svd: entry \[0, 1\] is NaN/],
    ['infinity', () => jacobiSvd([[1], [-Infinity]]), /jacobiSvd: entry \[1, 0\] is -Infinity/],
    ['no entries', () => svd([]), /at least one row/],
    ['ragged rows', () => svd([[1, 2], [3]]), /row 1 has 1 numbers/],
    ['more triples than there are', () => svdTruncated(random(3, 2), 3), /k is 3; expected an integer from 1 to 2/],
    ['half a triple', () => svdRandomised(random(3, 2), 0.5), /k is 0.5/],
  ])('refuses %s', (_, mistake, message) => {
    expect(mistake).toThrow(OperatorError);
    expect(mistake).toThrow(message);
  });
});

describe("the singular value decomposition on a backend's kernels", () => {
  test.each([
    ['square, values spread', random(80), ['SelfAdjointEigV2', 'Qr', 'Svd']],
    ['tall: no value is small', random(110, 70), ['SelfAdjointEigV2', 'Qr']],
    ['wide: the same of its transpose', random(70, 110), ['SelfAdjointEigV2', 'Qr']],
    ['the identity', identity(70), ['SelfAdjointEigV2', 'Qr']],
    ['most values small', illConditioned(80), ['SelfAdjointEigV2', 'Svd']],
    ['tiny entries', scale(random(80), 1e-300), ['SelfAdjointEigV2', 'Qr', 'Svd']],
  ])('%s: U diag(s) Vᵀ to 1e-13, orthonormal and falling', (_, a, kernels) => {
    const { result, called } = withKernels(() => svd(a));
    expect(called).toEqual(kernels);
    expect(difference(composed(result), a)).toBeLessThan(1e-13);
    expect(Math.max(skewness(result.U), skewness(result.V))).toBeLessThan(1e-13);
    expect([...result.s]).toEqual([...result.s].sort((x, y) => y - x));
    expect(normwise(result.s, [...svd(a).s])).toBeLessThan(1e-14);
  });

  test('is left to the host for small matrices', () => {
    expect(withKernels(() => svd(random(20))).called).toEqual([]);
  });

  test('of fifty-five large values beside a rank that is missing', () => {
    const a = multiply(random(90, 55), random(55, 90));
    const { result } = withKernels(() => svd(a));
    expect(difference(composed(result), a)).toBeLessThan(1e-13);
    expect(fromRows([result.s.subarray(55)]).data.every((value) => value < 1e-13 * result.s[0]!)).toBe(true);
  });
});
