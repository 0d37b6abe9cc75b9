// A part of the sweep, each family and each backend: op-sweep-*.slow.test.ts have all of it.
import { testSweep } from './sweep/run.js';

// No divisors of how many strides, paddings or windows there are: all come up.
const oneIn = (cases: number) => (cases > 1000 ? 61 : 11);
for (const backend of ['cpu', 'tensorflow', 'wasm', 'webgpu'] as const)
  await testSweep(backend, ({ index, cases }) => index % (oneIn(cases) * (backend === 'webgpu' ? 5 : 1)) === 0);
