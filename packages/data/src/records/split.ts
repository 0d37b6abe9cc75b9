// Training and test images that share no identity: what is measured on the test set is faces never seen.
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import { requireInteger } from '../require-integer.js';
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
  /**
   * At most this number of training images, drawn by the seed: a smaller part is in every larger one, and whoever is held out stays the
   * same. Default: all.
   */
  trainImages?: number;
  seed?: number;
}

/** Of the seed: what draws the training images, apart from what draws the identities. */
const TRAIN_IMAGES = 1;

/**
 * @throws DataOptionError where there are fewer than two identities, for a fraction outside [0, 1], a number of training images below 1, or
 * where validation leaves nobody to train on.
 */
export function splitByIdentity(
  records: Pick<RecordSet, 'keys' | 'labels' | 'path'>,
  { testFraction = 0.1, validationIdentities = 0, trainImages = Infinity, seed = 0 }: SplitByIdentityOptions = {},
): IdentitySplit {
  if (!(testFraction >= 0 && testFraction <= 1))
    throw new DataOptionError(`splitByIdentity: testFraction is ${testFraction}; expected a number from 0 to 1.`);
  if (trainImages !== Infinity) requireInteger('splitByIdentity', 'trainImages', trainImages, 1);
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
  const whole: IdentitySplit = {
    train: keysWhere((label) => !tested.has(label) && !validated.has(label)),
    validation: keysWhere((label) => validated.has(label)),
    test: keysWhere((label) => tested.has(label)),
    trainIdentities,
    validationIdentities,
    testIdentities,
  };
  return trainImages < whole.train.length ? partOf(whole, trainImages, records, seed) : whole;
}

function partOf(
  split: IdentitySplit,
  count: number,
  { keys, labels }: Pick<RecordSet, 'keys' | 'labels'>,
  seed: number,
): IdentitySplit {
  const train = new Random(seed, TRAIN_IMAGES).shuffle(split.train.slice()).slice(0, count).sort();
  const isTrained = new Set(train);
  const identities = new Set(labels.filter((_, i) => isTrained.has(keys[i]!)));
  return { ...split, train, trainIdentities: identities.size };
}
