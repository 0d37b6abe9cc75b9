// Cosines of all pairs of templates, by kind, as the list of pairs is read.
import { sortedScores, type SortedScores } from '@lin/verification';
import { lineFault } from './line-blocks.js';
import { readPairs } from './meta-files.js';
import type { UnitTemplates } from './template-embeddings.js';

/** @throws RecordError with the line for a template that has no image; VerificationError where all pairs are of one kind. */
export async function scorePairs(path: string, { rows, unit, size }: UnitTemplates): Promise<SortedScores> {
  const [genuine, impostor] = [new GrowingScores(), new GrowingScores()];
  for await (const { first, second, same, line } of readPairs(path)) {
    for (let i = 0; i < same.length; i++) {
      const [a, b] = [rows.get(first[i]!), rows.get(second[i]!)];
      if (a === undefined || b === undefined)
        throw lineFault(path, line + i, `template ${a === undefined ? first[i] : second[i]} has no image`);
      let cosine = 0;
      for (let at = a * size, other = b * size; at < (a + 1) * size; at++, other++) cosine += unit[at]! * unit[other]!;
      (same[i] ? genuine : impostor).push(cosine);
    }
  }
  return sortedScores(genuine.values(), impostor.values());
}

class GrowingScores {
  private buffer = new Float64Array(2 ** 16);
  private length = 0;

  push(score: number): void {
    if (this.length === this.buffer.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer[this.length++] = score;
  }

  /** A view. */
  values(): Float64Array {
    return this.buffer.subarray(0, this.length);
  }
}
