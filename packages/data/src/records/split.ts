// Training and test images that share no identity: what is measured on the test set is faces never seen.
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import type { RecordSet } from './record-set.js';

export interface IdentitySplit {
  /** Keys of the training images, ascending. */
  train: Float64Array;
  /** Of people who are in neither of the others: what training is looked after with, and what chooses between its results. */
  validation: Float64Array;
  test: Float64Array;
  trainIdentities: number;
  validationIdentities: number;
  testIdentities: number;
}

export interface SplitByIdentityOptions {
  /** Share of the identities in the test set; at least one identity is on either side. */
  testFraction?: number;
  /** Number of identities in the validation set; they are taken from the training set, so that the test set stays as it is. Default 0. */
  validationIdentities?: number;
  seed?: number;
}

/**
 * @throws DataOptionError where there are fewer than two identities, for a fraction outside [0, 1], or where validation leaves nobody to
 * train on.
 */
export function splitByIdentity(
  records: Pick<RecordSet, 'keys' | 'labels' | 'path'>,
  { testFraction = 0.1, validationIdentities = 0, seed = 0 }: SplitByIdentityOptions = {},
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
  const trainIdentities = identities.length - testIdentities - validationIdentities;
  if (!(Number.isInteger(validationIdentities) && validationIdentities >= 0 && trainIdentities >= 1)) {
    throw new DataOptionError(
      `splitByIdentity: validationIdentities is ${validationIdentities}; ` +
        `expected a whole number from 0 to ${identities.length - testIdentities - 1}, ` +
        `since ${records.path} has ${identities.length} identities, of which ${testIdentities} are held out for the test.`,
    );
  }
  const tested = new Set(identities.slice(0, testIdentities));
  const validated = new Set(identities.slice(testIdentities, testIdentities + validationIdentities));
  const keysWhere = (isWanted: (label: number) => boolean) =>
    records.keys.filter((_, i) => isWanted(records.labels[i]!));
  return {
    train: keysWhere((label) => !tested.has(label) && !validated.has(label)),
    validation: keysWhere((label) => validated.has(label)),
    test: keysWhere((label) => tested.has(label)),
    trainIdentities,
    validationIdentities,
    testIdentities,
  };
}
