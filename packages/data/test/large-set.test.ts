// A set of MS1MV2's 30 GB is opened and read: a hundredth of its records here, all of them in large-set.slow.test.ts. What it costs in time
// is measured by bench/scale.ts; here no clock is looked at.
import { tmpdir } from 'node:os';
import { test } from 'vitest';
import { FEW_OF_MANY_BYTES, noHoles } from './large-set.js';
import { readLargeSet } from './read-large-set.js';

const skipped = await noHoles(tmpdir());

test.skipIf(skipped)(`58,227 images of 857 identities in 30 GB${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () =>
  readLargeSet(FEW_OF_MANY_BYTES, { samples: 50 }),
);
