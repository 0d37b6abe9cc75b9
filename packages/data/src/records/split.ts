// Training and test images that share no identity: what is measured on the test set is faces never seen.
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import type { RecordSet } from './record-set.js';

export interface IdentitySplit {
  /** Keys of the training images, ascending. */
  train: Float64Array;
  test: Float64Array;
  trainIdentities: number;
  testIdentities: number;
}

export interface SplitByIdentityOptions {
  /** Share of the identities in the test set; at least one identity is on either side. */
  testFraction?: number;
  seed?: number;
}

/** @throws DataOptionError where there are fewer than two identities, or for a fraction outside [0, 1]. */
export function splitByIdentity(
  records: Pick<RecordSet, 'keys' | 'labels' | 'path'>,
  { testFraction = 0.1, seed = 0 }: SplitByIdentityOptions = {},
): IdentitySplit {
  if (!(testFraction >= 0 && testFraction <= 1))
    throw new DataOptionError(`splitByIdentity: testFraction is ${testFraction}; expected a number from 0 to 1.`);
  const identities = new Random(seed).shuffle([...new Set(records.labels)].sort((a, b) => a - b));
  if (identities.length < 2) {
    throw new DataOptionError(
      `${records.path} has ${identities.length} identity; a split by identity needs at least 2.`,
    );
  }
  const testIdentities = Math.min(identities.length - 1, Math.max(1, Math.round(identities.length * testFraction)));
  const held = new Set(identities.slice(0, testIdentities));
  return {
    train: records.keys.filter((_, i) => !held.has(records.labels[i]!)),
    test: records.keys.filter((_, i) => held.has(records.labels[i]!)),
    trainIdentities: identities.length - testIdentities,
    testIdentities,
  };
}
