// Runs a fuzz target on numbered files: each number under a seed gives the same file anywhere.
import { Random } from '../random-for-tests.js';
import { FuzzFailure, type FuzzTarget } from './target.js';

/** A file of a few hundred bytes takes well below a millisecond; one that takes this long is about to hang. */
const SLOW_MS = 5_000;

export interface FuzzRange {
  seed: number;
  /** Files [first, first + count). */
  first?: number;
  count: number;
  onProgress?: (done: number) => void;
}

/** How many files were read and how many refused. @throws FuzzFailure that says which file Lin gave a wrong answer for. */
export async function runTarget(
  target: FuzzTarget,
  { seed, first = 0, count, onProgress }: FuzzRange,
): Promise<{ read: number; refused: number }> {
  const tally = { read: 0, refused: 0 };
  for (let i = first; i < first + count; i++) {
    const start = performance.now();
    try {
      tally[await target.run(new Random(seed, i))]++;
      const took = performance.now() - start;
      if (took > SLOW_MS) throw new FuzzFailure(`it took ${Math.round(took)} ms`);
    } catch (error) {
      throw new FuzzFailure(
        `--target ${target.name} --seed ${seed} --first ${i} --count 1: ${(error as Error).message}`,
        { cause: error },
      );
    }
    onProgress?.(i - first + 1);
  }
  return tally;
}
