// The order of an epoch: all at random, or in a set larger than the window, at random inside windows of small chunks taken from all over
// the file.
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import { requireInteger } from '../require-integer.js';

export interface Shuffle {
  /** Seed and epoch alone make the order. */
  seed: number;
  epoch: number;
  /**
   * Images that are mixed with each other. A set of no more than this is shuffled as a whole; `Infinity` shuffles any set as a whole, for
   * disks that read in any order as fast. Default 131,072: of MS1MV2 about 700 MB.
   */
  window?: number;
}

export const DEFAULT_WINDOW = 2 ** 17;
/**
 * Images that lie side by side in the file and are in one window: of MS1MV2 about 256 KB, which even a hard disk reads at half its full
 * speed.
 */
export const CHUNK = 48;

export interface EpochOrder {
  /** Positions 0 … count − 1. */
  order: Uint32Array;
  /**
   * Where there are windows: the chunks in the order in which they enter them. Chunk c begins at position 48 c; those around place p of the
   * order are near chunks[p / 48].
   */
  chunks?: Uint32Array;
}

/**
 * Positions 0 … count − 1 in an epoch's order. Chunks of 48 neighbours are shuffled, and the images of as many as fill a window are
 * shuffled together.
 * Takes 4 bytes an image, and twice that while it works.
 */
export function epochOrder(count: number, { seed, epoch, window = DEFAULT_WINDOW }: Shuffle): EpochOrder {
  const random = new Random(seed, epoch);
  const order = new Uint32Array(count);
  if (count <= window) return { order: random.shuffle(order.map((_, i) => i)) };
  const chunks = random.shuffle(new Uint32Array(Math.ceil(count / CHUNK)).map((_, i) => i));
  let filled = 0;
  for (const chunk of chunks) {
    const end = Math.min(count, (chunk + 1) * CHUNK);
    for (let position = chunk * CHUNK; position < end; position++) order[filled++] = position;
  }
  for (let start = 0; start < count; start += window) random.shuffle(order.subarray(start, start + window));
  return { order, chunks };
}

/** @throws DataOptionError */
export function checkShuffle({ seed, epoch, window = DEFAULT_WINDOW }: Shuffle): void {
  if (!Number.isInteger(seed)) throw new DataOptionError(`batches: shuffle.seed is ${seed}; expected an integer.`);
  requireInteger('batches', 'shuffle.epoch', epoch, 0);
  if (window !== Infinity) requireInteger('batches', 'shuffle.window', window, CHUNK);
}
