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
  const areas = Float32Array.from(sorted, ({ box }) => Math.fround(side(box[0]!, box[2]!) * side(box[1]!, box[3]!)));
  const isOut = new Uint8Array(sorted.length);
  const kept: Detection[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (isOut[i]) continue;
    const best = sorted[i]!;
    kept.push(best);
    for (let j = i + 1; j < sorted.length; j++) {
      // not `>`: InsightFace keeps what is at most the limit, which 0/0 is not
      if (!isOut[j] && !(overlap(best.box, areas[i]!, sorted[j]!.box, areas[j]!) <= limit)) isOut[j] = 1;
    }
  }
  return kept;
}

function overlap(a: Float32Array, areaOfA: number, b: Float32Array, areaOfB: number): number {
  const width = Math.max(0, side(Math.max(a[0]!, b[0]!), Math.min(a[2]!, b[2]!)));
  const height = Math.max(0, side(Math.max(a[1]!, b[1]!), Math.min(a[3]!, b[3]!)));
  const shared = Math.fround(width * height);
  return Math.fround(shared / Math.fround(Math.fround(areaOfA + areaOfB) - shared));
}

/** The last pixel counts too. */
const side = (from: number, to: number) => Math.fround(Math.fround(to - from) + 1);
