// What a fuzz target is: it damages a good file at random, and lets Lin read it.
import type { Random } from '../random-for-tests.js';

export interface FuzzTarget {
  name: string;
  /**
   * One damaged file: whether Lin read it or refused it with its own error.
   * @throws where Lin gives what is not in the file, or fails with another error than its own.
   */
  run(random: Random): Promise<'read' | 'refused'>;
}

/** A wrong answer. */
export class FuzzFailure extends Error {
  override name = 'FuzzFailure';
}
