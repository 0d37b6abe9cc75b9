// Greedy non-maximum suppression as InsightFace has it (python-package, model_zoo/scrfd.py: nms): areas of pixels, edges included, in
// float32.
import type { Detection } from './decode-scrfd.js';

/**
 * The detections by falling score, without those that overlap a better one by more than `maxOverlap` (intersection over union).
 * Of equal scores the one that comes first in `detections` is first: InsightFace sorts twice by `argsort()[::-1]`, which turns ties round
 * and back where the sort is stable.
 */
export function suppressOverlaps(detections: readonly Detection[], maxOverlap: number): Detection[] {
  const limit = Math.fround(maxOverlap);
  const sorted = detections.toSorted((a, b) => b.score - a.score); // stable
  const boxes = new Boxes(sorted);
  const kept: Detection[] = [];
  let rest = Uint32Array.from(sorted, (_, i) => i);
  while (rest.length > 0) {
    const best = rest[0]!;
    kept.push(sorted[best]!);
    let count = 0;
    for (let k = 1; k < rest.length; k++) {
      const other = rest[k]!;
      // not `>`: InsightFace keeps what is at most the limit, which 0/0 is not
      if (boxes.areApart(best, other) || boxes.overlap(best, other) <= limit) rest[count++] = other;
    }
    rest = rest.subarray(0, count);
  }
  return kept;
}

/** Edges in arrays of their own: a photograph of a crowd, or noise, has 16,000 candidates, and each kept one is held against the rest. */
class Boxes {
  private readonly left: Float32Array;
  private readonly top: Float32Array;
  private readonly right: Float32Array;
  private readonly bottom: Float32Array;
  private readonly areas: Float32Array;

  constructor(detections: readonly Detection[]) {
    const edge = (k: number) => Float32Array.from(detections, ({ box }) => box[k]!);
    [this.left, this.top, this.right, this.bottom] = [edge(0), edge(1), edge(2), edge(3)];
    this.areas = Float32Array.from(detections, ({ box }) =>
      Math.fround(side(box[0]!, box[2]!) * side(box[1]!, box[3]!)),
    );
  }

  /** They have no pixel in common, and the quotient is 0: what most pairs are, told without computing it. */
  areApart(a: number, b: number): boolean {
    const { left, top, right, bottom, areas } = this;
    return (
      (left[a]! - right[b]! > 1 || left[b]! - right[a]! > 1 || top[a]! - bottom[b]! > 1 || top[b]! - bottom[a]! > 1) &&
      areas[a]! > 0 &&
      areas[b]! > 0
    );
  }

  overlap(a: number, b: number): number {
    const { left, top, right, bottom, areas } = this;
    const width = Math.max(0, side(Math.max(left[a]!, left[b]!), Math.min(right[a]!, right[b]!)));
    const height = Math.max(0, side(Math.max(top[a]!, top[b]!), Math.min(bottom[a]!, bottom[b]!)));
    const shared = Math.fround(width * height);
    return Math.fround(shared / Math.fround(Math.fround(areas[a]! + areas[b]!) - shared));
  }
}

/** The last pixel counts too. */
const side = (from: number, to: number) => Math.fround(Math.fround(to - from) + 1);
