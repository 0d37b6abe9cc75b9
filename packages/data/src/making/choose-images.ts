// Which images of a set: by identity, by key, a number of each identity's, a number of identities.
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import type { RecordSet } from '../records/record-set.js';
import { requireInteger } from '../require-integer.js';

export interface ImageChoice {
  /** These identities only. */
  identities?: readonly number[];
  /** Keys from … to … only, both included. */
  keyRange?: readonly [from: number, to: number];
  /** Identities with fewer images, of those chosen so far, are left out. */
  minImages?: number;
  /** Of the identities that are left, this number, drawn by the seed. */
  randomIdentities?: number;
  /** At most this number of images of each identity, drawn by the seed. */
  maxImages?: number;
  seed?: number;
}

/**
 * Keys, identity by identity in the order of their labels, ascending within each. Choices apply in the order in which they are listed
 * above.
 * @throws DataOptionError for an option that does not fit, an identity that is not there, or where nothing is left.
 */
export function chooseImages(
  records: Pick<RecordSet, 'path' | 'keys' | 'labels'>,
  { identities, keyRange, minImages = 1, randomIdentities, maxImages = Infinity, seed = 0 }: ImageChoice,
): Float64Array {
  requireInteger('subset', 'minImages', minImages, 1);
  if (randomIdentities !== undefined) requireInteger('subset', 'randomIdentities', randomIdentities, 1);
  if (maxImages !== Infinity) requireInteger('subset', 'maxImages', maxImages, 1);
  if (!Number.isInteger(seed)) throw new DataOptionError(`subset: seed is ${seed}; expected an integer.`);
  const [from, to] = keyRange ?? [0, Infinity];
  if (!(from <= to))
    throw new DataOptionError(`subset: keys ${from} to ${to} are no range; the second must not be below the first.`);

  const wanted = identities && new Set(identities);
  const groups = groupByLabel(records, (key, label) => key >= from && key <= to && (!wanted || wanted.has(label)));
  const known = wanted && new Set(records.labels);
  for (const label of wanted ?? [])
    if (!known!.has(label)) throw new DataOptionError(`subset: ${records.path} has no identity ${label}.`);

  let labels = [...groups.keys()].filter((label) => groups.get(label)!.length >= minImages).sort((a, b) => a - b);
  if (randomIdentities !== undefined) {
    if (randomIdentities > labels.length)
      throw new DataOptionError(
        `subset: ${randomIdentities} random identities of ${labels.length}; choose at most ${labels.length}.`,
      );
    labels = new Random(seed)
      .shuffle(labels)
      .slice(0, randomIdentities)
      .sort((a, b) => a - b);
  }
  if (labels.length === 0) throw new DataOptionError(`subset: no image of ${records.path} fits these choices.`);
  const chosen = labels.map((label) => {
    const keys = groups.get(label)!;
    return keys.length <= maxImages
      ? keys
      : new Random(seed, label)
          .shuffle(keys)
          .slice(0, maxImages)
          .sort((a, b) => a - b);
  });
  return Float64Array.from(chosen.flat());
}

function groupByLabel(
  { keys, labels }: Pick<RecordSet, 'keys' | 'labels'>,
  keep: (key: number, label: number) => boolean,
): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [i, key] of keys.entries()) {
    const label = labels[i]!;
    if (!keep(key, label)) continue;
    const group = groups.get(label);
    if (group) group.push(key);
    else groups.set(label, [key]);
  }
  return groups;
}
