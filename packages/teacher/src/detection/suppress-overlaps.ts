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
  const kept = new KeptBoxes(sorted);
  // not `>`: InsightFace keeps what is at most the limit, which 0/0 is not
  return sorted.filter(({ box }) => {
    const area = areaOf(box);
    const isIn = kept.near(box, area).every((other) => overlap(box, area, other.box, other.area) <= limit);
    if (isIn) kept.add(box, area);
    return isIn;
  });
}

interface KeptBox {
  box: Float32Array;
  area: number;
}

/** More tiles than this are not worth their entries: such a box is held against every other. */
const MAX_TILES = 64;
/** Numbers of rows and columns stay below it. */
const FAR = 2 ** 20;

/**
 * By tiles of the plane, so that a box is held against its neighbours alone: noise, or a photograph of a crowd, has 16,000 candidates, and
 * 128 million pairs. Boxes of no common tile have no pixel in common, and an overlap of 0.
 */
class KeptBoxes {
  private readonly tiles = new Map<number, KeptBox[]>();
  private readonly everywhere: KeptBox[] = [];
  private readonly all: KeptBox[] = [];
  private readonly side: number;

  /** `detections` are those that may come: their sides decide the tiles'. */
  constructor(detections: readonly Detection[]) {
    const sides = detections.map(({ box }) => Math.max(box[2]! - box[0]!, box[3]! - box[1]!, 1));
    this.side = 2 * (sides.reduce((sum, side) => sum + side, 0) / Math.max(1, sides.length));
  }

  add(box: Float32Array, area: number): void {
    const entry = { box, area };
    this.all.push(entry);
    const tiles = this.tilesOf(box, area);
    if (!tiles) this.everywhere.push(entry);
    for (const tile of tiles ?? []) {
      const there = this.tiles.get(tile);
      if (there) there.push(entry);
      else this.tiles.set(tile, [entry]);
    }
  }

  /** All that may overlap it, some of them more than once. */
  near(box: Float32Array, area: number): readonly KeptBox[] {
    const tiles = this.tilesOf(box, area);
    return tiles ? [...this.everywhere, ...tiles.flatMap((tile) => this.tiles.get(tile) ?? [])] : this.all;
  }

  /** undefined for a box of many tiles, far away, or without an area: 0/0 is no matter of place. */
  private tilesOf(box: Float32Array, area: number): number[] | undefined {
    // a pixel further on either side: edges count
    const [left, top, right, bottom] = [box[0]! - 1, box[1]! - 1, box[2]! + 1, box[3]! + 1].map((edge) =>
      Math.floor(edge / this.side),
    ) as [number, number, number, number];
    const count = (right - left + 1) * (bottom - top + 1);
    const isNear = [left, top, right, bottom].every((tile) => Math.abs(tile) < FAR / 2);
    if (!(area > 0 && right >= left && bottom >= top && count <= MAX_TILES && isNear)) return undefined;
    return Array.from({ length: count }, (_, i) => {
      const [row, column] = [top + Math.floor(i / (right - left + 1)), left + (i % (right - left + 1))];
      return row * FAR + column;
    });
  }
}

const areaOf = (box: Float32Array) => Math.fround(side(box[0]!, box[2]!) * side(box[1]!, box[3]!));

function overlap(a: Float32Array, areaOfA: number, b: Float32Array, areaOfB: number): number {
  const width = Math.max(0, side(Math.max(a[0]!, b[0]!), Math.min(a[2]!, b[2]!)));
  const height = Math.max(0, side(Math.max(a[1]!, b[1]!), Math.min(a[3]!, b[3]!)));
  const shared = Math.fround(width * height);
  return Math.fround(shared / Math.fround(Math.fround(areaOfA + areaOfB) - shared));
}

/** The last pixel counts too. */
const side = (from: number, to: number) => Math.fround(Math.fround(to - from) + 1);
