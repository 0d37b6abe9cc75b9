// A set as large as MS1MV2 is opened and read.
import { tmpdir } from 'node:os';
import { test } from 'vitest';
import { MS1MV2, noHoles } from './large-set.js';
import { readLargeSet } from './read-large-set.js';

const skipped = await noHoles(tmpdir());

test.skipIf(skipped)(`5,822,653 images of 85,742 identities in 30 GB${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () =>
  readLargeSet(MS1MV2, { samples: 500 }),
);
