// Decoding and suppression against a literal rewriting of InsightFace's documented steps, in whole arrays as its numpy has them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseFaces } from './choose-faces.js';
import { decodeScrfd, type Detection, type ScrfdLevel } from './decode-scrfd.js';
import { suppressOverlaps } from './suppress-overlaps.js';

const STRIDES = [8, 16, 32];
const f = Math.fround;

/** `argsort()[::-1]` with numpy's stable sort. */
const argsortReversed = (values: number[]) =>
  values
    .map((value, index) => [value, index] as const)
    .sort(([a, i], [b, j]) => a - b || i - j)
    .map(([, index]) => index)
    .reverse();

/** scrfd.py's detect after the network: forward, vstack, / det_scale, order, nms; rows of x1, y1, x2, y2, score, then the points. */
function literalDetect(levels: ScrfdLevel[], size: number, scale: number, threshold: number, iou: number): number[][] {
  const rows: number[][] = [];
  for (const { stride, scores, boxes, landmarks } of levels) {
    const centres: [number, number][] = [];
    for (let y = 0; y < size / stride; y++)
      for (let x = 0; x < size / stride; x++)
        for (let anchor = 0; anchor < 2; anchor++) centres.push([x * stride, y * stride]);
    const predictions = [...boxes].map((distance) => f(distance * stride));
    const points = [...landmarks].map((distance) => f(distance * stride));
    centres.forEach(([cx, cy], i) => {
      const [l, t, r, b] = predictions.slice(4 * i, 4 * i + 4) as [number, number, number, number];
      const row = [f(cx - l), f(cy - t), f(cx + r), f(cy + b), scores[i]!];
      for (let p = 0; p < 5; p++) row.push(f(cx + points[10 * i + 2 * p]!), f(cy + points[10 * i + 2 * p + 1]!));
      if (row[4]! >= threshold) rows.push(row.map((value, k) => (k === 4 ? value : f(value / f(scale)))));
    });
  }
  const sorted = argsortReversed(rows.map((row) => row[4]!)).map((i) => rows[i]!);
  const area = sorted.map(([x1, y1, x2, y2]) => f(f(f(x2! - x1!) + 1) * f(f(y2! - y1!) + 1)));
  let order = argsortReversed(sorted.map((row) => row[4]!));
  const keep: number[][] = [];
  while (order.length > 0) {
    const [i, ...rest] = order as [number, ...number[]];
    keep.push(sorted[i]!);
    order = rest.filter((j) => {
      const width = Math.max(
        0,
        f(f(Math.min(sorted[i]![2]!, sorted[j]![2]!) - Math.max(sorted[i]![0]!, sorted[j]![0]!)) + 1),
      );
      const height = Math.max(
        0,
        f(f(Math.min(sorted[i]![3]!, sorted[j]![3]!) - Math.max(sorted[i]![1]!, sorted[j]![1]!)) + 1),
      );
      const shared = f(width * height);
      return f(shared / f(f(area[i]! + area[j]!) - shared)) <= f(iou);
    });
  }
  return keep;
}

/**
 * Outputs of a network for a square of `size`: coarse numbers, so that scores tie, boxes coincide and overlaps lie at the limit itself; or
 * any float32.
 */
const levelsFor = (size: number) => {
  const outputs = (count: number, values: fc.Arbitrary<number>) =>
    fc.array(values, { minLength: count, maxLength: count }).map((numbers) => Float32Array.from(numbers));
  const any = (min: number, max: number) => fc.float({ min: f(min), max: f(max), noNaN: true });
  const coarse = (min: number, max: number) =>
    fc.integer({ min: min * 4, max: max * 4 }).map((quarters) => quarters / 4);
  return fc.boolean().chain((isCoarse) => {
    const values = isCoarse ? coarse : any;
    const level = (stride: number) => {
      const candidates = 2 * (size / stride) ** 2;
      return fc.record({
        stride: fc.constant(stride),
        scores: outputs(candidates, values(0, 1)),
        boxes: outputs(4 * candidates, values(-1, 6)),
        landmarks: outputs(10 * candidates, values(-6, 6)),
      });
    };
    return fc.tuple(...STRIDES.map(level));
  });
};

const row = ({ box, score, landmarks }: Detection) => [...box, score, ...landmarks];

describe('the faces of SCRFD', () => {
  test('are bit for bit those of the documented algorithm, with the same survivors in the same order, ties included', () => {
    fc.assert(
      fc.property(
        levelsFor(64),
        fc.double({ min: 0.05, max: 4, noNaN: true }),
        fc.constantFrom(0.25, 0.5, 0.7),
        fc.constantFrom(0.2, 0.4, 0.5),
        (levels, scale, minScore, maxOverlap) => {
          const ours = suppressOverlaps(decodeScrfd(levels, { size: 64, scale, minScore }), maxOverlap).map(row);
          expect(ours).toEqual(literalDetect(levels, 64, scale, minScore, maxOverlap));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('are where a cell of the second row puts them: corner of the cell minus and plus distances times the stride', () => {
    const scores = new Float32Array(2 * 8 * 8);
    const [boxes, landmarks] = [new Float32Array(scores.length * 4), new Float32Array(scores.length * 10)];
    const candidate = 2 * (8 * 1 + 3) + 1; // row 1, column 3, the second of its two
    scores[candidate] = 0.75;
    boxes.set([1, 0.5, 2, 3], candidate * 4);
    landmarks.set([0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1], candidate * 10);
    const [face, ...others] = decodeScrfd([{ stride: 8, scores, boxes, landmarks }], {
      size: 64,
      scale: 0.5,
      minScore: 0.5,
    });
    expect(others).toEqual([]);
    expect([...face!.box]).toEqual([(24 - 8) * 2, (8 - 4) * 2, (24 + 16) * 2, (8 + 24) * 2]);
    expect([...face!.landmarks]).toEqual([48, 16, 64, 16, 56, 24, 48, 32, 64, 32]);
    expect(face!.score).toBe(0.75);
  });

  test('of the very score that is asked for are taken, and a score that is not a number is not', () => {
    const level = {
      stride: 32,
      scores: Float32Array.of(0.5, NaN),
      boxes: new Float32Array(8),
      landmarks: new Float32Array(20),
    };
    expect(decodeScrfd([level], { size: 32, scale: 1, minScore: 0.5 })).toHaveLength(1);
  });
});

/** The algorithm as it is written down: each kept box is held against every other. */
function everyPair(detections: readonly Detection[], limit: number): Detection[] {
  const { fround, max, min } = Math;
  const side = (from: number, to: number) => fround(fround(to - from) + 1);
  let rest = detections.toSorted((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  while (rest.length > 0) {
    const [best, ...others] = rest;
    const a = best!.box;
    kept.push(best!);
    rest = others.filter(({ box: b }) => {
      const width = max(0, side(max(a[0]!, b[0]!), min(a[2]!, b[2]!)));
      const shared = fround(width * max(0, side(max(a[1]!, b[1]!), min(a[3]!, b[3]!))));
      const [areaOfA, areaOfB] = [a, b].map((box) => fround(side(box[0]!, box[2]!) * side(box[1]!, box[3]!)));
      return fround(shared / fround(fround(areaOfA! + areaOfB!) - shared)) <= fround(limit);
    });
  }
  return kept;
}

const boxed = (score: number, ...box: number[]): Detection => ({
  score,
  box: Float32Array.from(box),
  landmarks: new Float32Array(10),
});

describe('overlaps', () => {
  test('count the pixels at the edges: boxes of 9 by 9 pixels with 5 of 13 columns in common', () => {
    // 5·9 / (2·81 − 45) = 0.3846; without the edges 4·8 / (2·64 − 32) = 0.3333
    const pair = [boxed(0.9, 0, 0, 8, 8), boxed(0.8, 4, 0, 12, 8)];
    expect(suppressOverlaps(pair, 0.36)).toEqual([pair[0]]);
    expect(suppressOverlaps(pair, 0.39)).toEqual(pair);
  });

  test('leave the better of two, and of equal ones the first', () => {
    const [worse, better, equal] = [boxed(0.6, 0, 0, 10, 10), boxed(0.9, 1, 0, 11, 10), boxed(0.9, 0, 1, 10, 11)];
    expect(suppressOverlaps([worse, better, equal], 0.4)).toEqual([better]);
  });

  test('of 16,000 candidates that are apart, or nearly, are told in a moment', () => {
    const grid = Array.from({ length: 16_000 }, (_, i) => {
      const [x, y] = [(i % 200) * 5, Math.floor(i / 200) * 5];
      return boxed(0.5 + (i % 97) / 1000, x, y, x + 4 + (i % 3), y + 4);
    });
    const before = process.cpuUsage();
    expect(suppressOverlaps(grid, 0.4)).toHaveLength(16_000);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(3); // seconds; 5 when every pair was computed
  });

  test('are those of every pair, whatever tiles the boxes lie in', () => {
    const random = (() => {
      let state = 7;
      return (below: number) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * below;
    })();
    const boxes = Array.from({ length: 400 }, () => {
      const [x, y] = [random(900) - 100, random(900) - 100];
      const side = random(10) < 1 ? random(2000) : random(60) - 2; // a few very large, a few without an area
      return boxed(Math.round(random(50)) / 50, x, y, x + side, y + side * (0.5 + random(1)));
    });
    for (const limit of [0, 0.2, 0.4, 0.9]) expect(suppressOverlaps(boxes, limit)).toEqual(everyPair(boxes, limit));
  });

  test('of boxes without an area are those of 0/0, which is not at most the limit', () => {
    const empty = [boxed(0.9, 5, 5, 4, 4), boxed(0.8, 50, 50, 49, 49), boxed(0.7, 0, 0, 9, 9)];
    expect(suppressOverlaps(empty, 0.4)).toEqual([empty[0], empty[2]]);
  });

  test('with a suppressed box suppress nothing', () => {
    const chain = [boxed(0.9, 0, 0, 9, 9), boxed(0.8, 4, 0, 13, 9), boxed(0.7, 8, 0, 17, 9)];
    expect(suppressOverlaps(chain, 0.4)).toEqual([chain[0], chain[2]]);
  });
});

describe('where some of many faces are wanted', () => {
  const photo = { width: 101, height: 201 };
  test('it is the large ones near the middle, best first', () => {
    const [corner, centre, small] = [
      boxed(0.9, 0, 0, 40, 40),
      boxed(0.6, 30, 80, 70, 120),
      boxed(0.8, 45, 95, 55, 105),
    ];
    expect(chooseFaces([corner, centre, small], 2, photo)).toEqual([centre, small]); // 1600, 100 and 1600 − 2·(30² + 80²)
  });

  test('of equal ones it is the later, as argsort()[::-1] has it', () => {
    const [first, second] = [boxed(0.9, 40, 90, 60, 110), boxed(0.8, 40, 90, 60, 110)];
    expect(chooseFaces([first, second], 1, photo)).toEqual([second]);
  });

  test('fewer than wanted stay in their order', () => {
    const faces = [boxed(0.9, 0, 0, 4, 4), boxed(0.8, 0, 0, 90, 90)];
    expect(chooseFaces(faces, 2, photo)).toEqual(faces);
  });
});
