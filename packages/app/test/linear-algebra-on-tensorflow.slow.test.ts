// @lin/operator on the float64 kernels of @lin/engine, at the size of a large latent.
import { initEngine } from '@lin/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, test } from 'vitest';
import { expectKnownSpectraFound } from './known-spectra.js';

const skipped = await initEngine({ backend: 'tensorflow' }).then(
  () => undefined,
  (error: Error) => error.message,
);
afterAll(() => tf.setBackend('cpu'));

describe.skipIf(skipped)(`linear algebra on the tensorflow engine${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test('2,048 × 2,048 of known singular values and eigenvalues: found to 1e-12 of the largest, solved, factorised', () => {
    expectKnownSpectraFound(2048);
  }, 1_800_000);
});
