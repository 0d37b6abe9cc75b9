// Which image is blended into another, and how much of it: the image's key, a seed and the number of an epoch or a variant make it, by
// random numbers of their own, so that mixtures leave what else is drawn as it was.
import { Random } from '../order/random.js';
import { binarySearch } from '../recordio/search.js';
import type { Augmentation } from './augment.js';

/** Apart from the stream that alters the image itself. */
const MIXTURE = 1;

export interface DrawnMixture {
  /** Of the other image. */
  key: number;
  /** Of the image itself. */
  share: number;
}

/** undefined where the image is shown alone: by chance, or since it is not of the pool, or the only one there. */
export function drawMixture(
  { with: pool, probability = 1, share = [0.5, 1] }: NonNullable<Augmentation['mix']>,
  key: number,
  { seed, number }: { seed: number; number: number },
): DrawnMixture | undefined {
  const position = binarySearch(pool, key);
  if (position === -1 || pool.length < 2) return undefined;
  const random = new Random(seed, number, key, MIXTURE);
  const isMixed = random.uniform() < probability;
  const own = random.uniform(...share);
  const other = random.integer(pool.length - 1);
  return isMixed ? { key: pool[other < position ? other : other + 1]!, share: own } : undefined;
}
