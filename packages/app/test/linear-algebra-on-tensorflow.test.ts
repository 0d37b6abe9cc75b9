// @lin/operator on the float64 kernels that @lin/engine registers: neither package knows the other.
import {
  eigenSymmetric,
  cholesky,
  expm,
  inverse,
  leastSquares,
  lu,
  multiply,
  pseudoInverse,
  qr,
  scale,
  solve,
  svd,
  transpose,
  zeros,
  type Matrix,
} from '@lin/operator';
import { initEngine } from '@lin/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { difference, expectKnownSpectraFound, random, scaleColumns } from './known-spectra.js';

const skipped = await initEngine({ backend: 'tensorflow' }).then(
  () => undefined,
  (error: Error) => error.message,
);
afterAll(() => tf.setBackend('cpu'));

/** What the host computes, with no kernels in sight. */
async function onHost<T>(work: () => T): Promise<T> {
  await tf.setBackend('host-only');
  try {
    return work();
  } finally {
    await tf.setBackend('tensorflow');
  }
}

describe.skipIf(skipped)(`linear algebra on the tensorflow engine${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  tf.registerBackend('host-only', () => new tf.KernelBackend());

  test.each([
    [150, 150],
    [200, 120],
    [120, 200],
  ])('the SVD of %d × %d has the host’s values to 1e-13 of the largest, and composes A', async (m, n) => {
    const a = random(m, n);
    const { U, s, V } = svd(a);
    const host = await onHost(() => svd(a));
    s.forEach((value, k) => expect(Math.abs(value - host.s[k]!)).toBeLessThan(1e-13 * host.s[0]!));
    expect(difference(multiply(scaleColumns(U, s), transpose(V)), a)).toBeLessThan(1e-13);
  });

  test('what is unique is the host’s, to 1e-11', async () => {
    const a = random(120);
    const gram = multiply(transpose(a), a);
    for (let i = 0; i < 120; i++) gram.data[i * 121]! += 1;
    const b = random(120, 70);
    const all = (): Matrix[] => [
      multiply(a, b),
      solve(a, b),
      inverse(a),
      cholesky(gram),
      lu(a).U,
      expm(a),
      pseudoInverse(a).matrix,
      leastSquares(random(200, 70), random(200, 3)).x,
      { rows: 1, cols: 120, data: eigenSymmetric(gram).values },
      multiply(qr(a).Q, qr(a).R),
    ];
    const [engine, host] = [all(), await onHost(all)];
    engine.forEach((found, k) => expect(difference(found, host[k]!)).toBeLessThan(1e-11)); // the inverse's condition is near 1e4
  });

  test('512 × 512 of known singular values and eigenvalues: found to 1e-12 of the largest, solved, factorised', () => {
    expectKnownSpectraFound(512); // 2,048 in the slow gear
  }, 180_000);

  test('a singular matrix and an indefinite one are refused with the host’s words', () => {
    const singular = multiply(random(100, 3), random(3, 100));
    expect(() => solve(singular, random(100, 80))).toThrow(
      /solve: this 100×100 matrix is singular to working precision/,
    );
    expect(() => cholesky(scale(multiply(singular, transpose(singular)), -1))).toThrow(
      /cholesky: the leading minor of order 1 of this 100×100/,
    );
    expect(() => lu(zeros(100, 100))).not.toThrow();
  });
});
