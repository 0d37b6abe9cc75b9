// Pairs of images to verify identity on, in balanced folds that share nobody: the protocol of LFW's view 2 (Huang et al. 2007, UMass
// 07-49).
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import { requireInteger } from '../require-integer.js';

export interface DrawPairsOptions {
  /** No identity is in two of them. */
  folds?: number;
  /** Pairs of the same identity in a fold, and the number of those of two identities. */
  pairsPerFold?: number;
  seed?: number;
}

export interface ImagePair {
  /** Keys of the images. */
  first: number;
  second: number;
  same: boolean;
}

/**
 * Fold by fold, pairs of the same identity before the others; no pair twice. Identities are drawn evenly, and images evenly within them, so
 * that one with many images is not in more pairs; where nearly all possible pairs are wanted, they are drawn evenly from all.
 * @throws DataOptionError for options that are no such integers, or where the images do not give that many pairs: it says how many they
 * give.
 */
export function drawPairs(
  { keys, labels }: { keys: Float64Array; labels: Int32Array },
  { folds = 10, pairsPerFold = 300, seed = 0 }: DrawPairsOptions = {},
): ImagePair[] {
  requireInteger('pairs', 'folds', folds, 1);
  requireInteger('pairs', 'pairsPerFold', pairsPerFold, 1);
  if (!Number.isInteger(seed)) throw new DataOptionError(`pairs: seed is ${seed}; expected an integer.`);
  const dealt = dealIdentities(groupKeys(keys, labels), folds, new Random(seed));
  const most = mostPairs(dealt);
  if (most < pairsPerFold) {
    throw new DataOptionError(
      `pairs: ${pairsPerFold} pairs of either kind in each of ${folds} folds are more than these images give: ` +
        `at most ${most}; ask for fewer pairs or folds.`,
    );
  }
  return dealt.flatMap((people, fold) => {
    const random = new Random(seed, fold + 1);
    return [...drawSame(people, pairsPerFold, random), ...drawDifferent(people, pairsPerFold, random)];
  });
}

/** The largest `pairsPerFold` that `drawPairs` gives for these folds and this seed; 0 where there are too few identities. */
export function mostPairsPerFold(
  { keys, labels }: { keys: Float64Array; labels: Int32Array },
  { folds = 10, seed = 0 }: Pick<DrawPairsOptions, 'folds' | 'seed'> = {},
): number {
  requireInteger('pairs', 'folds', folds, 1);
  return mostPairs(dealIdentities(groupKeys(keys, labels), folds, new Random(seed)));
}

const mostPairs = (dealt: readonly Person[][]) =>
  Math.min(...dealt.map((people) => Math.min(samePairs(people), differentPairs(people))));

/** Keys of the images of one identity. */
type Person = readonly number[];

function groupKeys(keys: Float64Array, labels: Int32Array): Person[] {
  const groups = new Map<number, number[]>();
  keys.forEach((key, i) => {
    const group = groups.get(labels[i]!);
    if (group) group.push(key);
    else groups.set(labels[i]!, [key]);
  });
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Identities shuffled, then dealt in the order of how many images they have: folds have the same number of either. */
function dealIdentities(people: Person[], folds: number, random: Random): Person[][] {
  const ordered = random.shuffle(people).sort((a, b) => b.length - a.length); // a stable sort
  return Array.from({ length: folds }, (_, fold) => ordered.filter((_, i) => i % folds === fold));
}

const choose2 = (n: number) => (n * (n - 1)) / 2;
const samePairs = (people: readonly Person[]) => people.reduce((sum, { length }) => sum + choose2(length), 0);
const differentPairs = (people: readonly Person[]) =>
  choose2(people.reduce((sum, { length }) => sum + length, 0)) - samePairs(people);

function drawSame(people: readonly Person[], count: number, random: Random): ImagePair[] {
  const several = people.filter(({ length }) => length > 1);
  const draw = () => {
    const person = several[random.integer(several.length)]!;
    const [i, j] = twoOf(person.length, random);
    return { first: person[i]!, second: person[j]!, same: true };
  };
  const all = () =>
    several.flatMap((person) =>
      person.flatMap((first, i) => person.slice(i + 1).map((second) => ({ first, second, same: true }))),
    );
  return drawDistinct({ count, possible: samePairs(people), draw, all }, random);
}

function drawDifferent(people: readonly Person[], count: number, random: Random): ImagePair[] {
  const draw = () => {
    const [i, j] = twoOf(people.length, random);
    return { first: oneOf(people[i]!, random), second: oneOf(people[j]!, random), same: false };
  };
  const all = () =>
    people.flatMap((person, i) =>
      people
        .slice(i + 1)
        .flatMap((other) => person.flatMap((first) => other.map((second) => ({ first, second, same: false })))),
    );
  return drawDistinct({ count, possible: differentPairs(people), draw, all }, random);
}

interface Distinct {
  count: number;
  possible: number;
  draw: () => ImagePair;
  /** Every pair there is. */
  all: () => ImagePair[];
}

/** Draws until there are enough different ones; where that would mostly draw what it has, from the list of all, which is then short. */
function drawDistinct({ count, possible, draw, all }: Distinct, random: Random): ImagePair[] {
  if (2 * count > possible) return random.shuffle(all()).slice(0, count);
  const drawn = new Map<string, ImagePair>();
  // Even identities may leave a few pairs to draw from: those with two images have one. Then the list of all is what ends it.
  for (let attempts = 0; drawn.size < count && attempts < 100 * count; attempts++) {
    const pair = draw();
    const name = pairName(pair);
    if (!drawn.has(name)) drawn.set(name, pair);
  }
  if (drawn.size < count) {
    for (const pair of random.shuffle(all())) {
      if (drawn.size === count) break;
      if (!drawn.has(pairName(pair))) drawn.set(pairName(pair), pair);
    }
  }
  return [...drawn.values()];
}

const pairName = ({ first, second }: ImagePair) => `${Math.min(first, second)} ${Math.max(first, second)}`;
const oneOf = (person: Person, random: Random) => person[random.integer(person.length)]!;

function twoOf(length: number, random: Random): [number, number] {
  const i = random.integer(length);
  const j = random.integer(length - 1);
  return [i, j < i ? j : j + 1];
}
