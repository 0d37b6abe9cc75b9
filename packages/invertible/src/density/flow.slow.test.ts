// The integral of a flow's density in plain JavaScript, which flow.test.ts takes on wasm.
import { describe } from 'vitest';
import { useBackend } from '../../test/backends.js';
import { testDensityIntegral } from '../../test/density-integral.js';

describe('a flow on cpu', () => {
  useBackend('cpu');
  testDensityIntegral();
});
