import { describe, test } from 'vitest';
import { backends, useBackend } from '../../test/backends.js';
import { expectRoundTrips, transforms } from '../../test/coupling-round-trips.js';

describe.each(backends)('a coupling on %s, at length', (backend) => {
  useBackend(backend);

  test.each(transforms)(
    '(%s) comes back within float32’s rounding × its stretch, for any shape, split, context and batch, of 200 too',
    (_, make) => expectRoundTrips(make, { numRuns: 25, batches: [0, 1, 3, 200] }),
  );
});
