import { describe, expect, test } from 'vitest';
import { solveRidge } from '../../test/ridge.js';
import { DataOptionError } from '../errors.js';
import { IMAGE_SIZE } from '../images/image-size.js';
import { Random } from '../order/random.js';
import { drawFace } from './draw-face.js';
import {
  IDENTITY_NUMBERS,
  identityVector,
  randomIdentity,
  type FaceAppearance,
  type FaceIdentity,
} from './face-parameters.js';
import { faceLandmarks } from './landmarks.js';
import { encodeSampleFace, sampleFace } from './sample-face.js';

const LARGEST = 2 ** 31 - 1;
const TEMPLATE = [38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041]; // InsightFace's face_align.py

describe('a sample face', () => {
  test.each([0, 1, 419, 1_000_000, LARGEST])(
    'of identity %i is the same at every call, and another in another picture or of another seed',
    (identity) => {
      const face = sampleFace({ identity, image: 3 });
      expect(sampleFace({ seed: 0, identity, image: 3 })).toEqual(face);
      expect(sampleFace({ identity, image: 4 }).identityVector).toEqual(face.identityVector);
      expect(sampleFace({ identity, image: 4 }).pixels).not.toEqual(face.pixels);
      expect(sampleFace({ seed: 1, identity, image: 3 }).identityVector).not.toEqual(face.identityVector);
    },
  );

  test('is encoded as a 112×112 JPEG', async () => {
    const jpeg = await encodeSampleFace(sampleFace({ identity: 5 }));
    expect([...jpeg.subarray(0, 3), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xff, 0xd9]);
  });

  const unfit = [
    { identity: -1 },
    { identity: 2 ** 31 },
    { identity: 0.5 },
    { identity: NaN },
    { identity: 0, image: -1 },
    { identity: 0, seed: 1.5 },
  ];
  test.each(unfit)('of %o is a DataOptionError', (options) => {
    expect(() => sampleFace(options)).toThrow(DataOptionError);
  });
});

describe('the numbers of an identity', () => {
  const identities = [
    ...Array.from({ length: 4000 }, (_, i) => i),
    ...Array.from({ length: 1000 }, (_, i) => LARGEST - 7919 * i),
  ];
  const vectors = identities.map((identity) => identityVector(randomIdentity(new Random(0, identity))));

  test('are 36, from 0 to 1, each with a name', () => {
    expect(IDENTITY_NUMBERS.length).toBe(36);
    for (const vector of vectors) {
      expect(vector.length).toBe(36);
      expect(vector.every((value) => value >= -1e-9 && value <= 1 + 1e-9)).toBe(true); // some are quotients of rounded numbers
    }
  });

  test('are uniform, beard and glasses apart', () => {
    // The mean of 5,000 uniform numbers lies within 0.0204 of ½ but for 1 in 2 million (5 σ of 0.00408); their variance near 1/12.
    for (const [k, name] of IDENTITY_NUMBERS.entries()) {
      if (name === 'beard' || name === 'glasses') continue;
      const mean = vectors.reduce((sum, vector) => sum + vector[k]!, 0) / vectors.length;
      const variance = vectors.reduce((sum, vector) => sum + (vector[k]! - mean) ** 2, 0) / vectors.length;
      expect(Math.abs(mean - 0.5), name).toBeLessThan(0.0204);
      expect(Math.abs(variance - 1 / 12), name).toBeLessThan(0.006);
    }
    const bearded = vectors.filter((vector) => vector[IDENTITY_NUMBERS.indexOf('beard')]! > 0).length / vectors.length;
    expect(Math.abs(bearded - 0.25)).toBeLessThan(0.031); // 5 σ
  });

  test('are far apart for any two identities', () => {
    // 36 uniform numbers are √(36/6) ≈ 2.4 apart; of 500,000 pairs the nearest is expected above 1.
    let nearest = Infinity;
    for (let i = 0; i < 1000; i++)
      for (let j = 0; j < i; j++) nearest = Math.min(nearest, distance(vectors[i]!, vectors[j]!));
    expect(nearest).toBeGreaterThan(0.8);
    expect(new Set(vectors.map((vector) => vector.join())).size).toBe(vectors.length);
  });
});

describe('who it is can be told from the pixels', () => {
  const GRID = 12;
  const PICTURES = 4;

  /** The face without most of its background in GRID × GRID squares of mean colour, less the picture's own scale; and a constant. */
  function features(pixels: Uint8Array): number[] {
    const [left, top, square] = [26, 32, 5];
    const cells = new Array<number>(GRID * GRID * 3).fill(0);
    for (let y = 0; y < GRID * square; y++) {
      for (let x = 0; x < GRID * square; x++) {
        for (let channel = 0; channel < 3; channel++) {
          cells[(Math.floor(y / square) * GRID + Math.floor(x / square)) * 3 + channel]! +=
            pixels[((top + y) * IMAGE_SIZE + left + x) * 3 + channel]!;
        }
      }
    }
    const scale = Math.hypot(...cells) / GRID;
    return [...cells.map((value) => value / scale), 1];
  }

  test(
    'by a linear estimate learned from other people: it names 1 in 50 of them far above chance, ' +
      'and estimates the numbers themselves',
    () => {
      const picturesOf = (first: number, count: number) =>
        Array.from({ length: count * PICTURES }, (_, i) =>
          sampleFace({ identity: first + Math.floor(i / PICTURES), image: i % PICTURES }),
        );
      const [known, unknown] = [picturesOf(10_000, 150), picturesOf(20_000, 50)];
      const weights = solveRidge(
        known.map(({ pixels }) => features(pixels)),
        known.map(({ identityVector }) => [...identityVector]),
        2,
      );
      const estimate = (pixels: Uint8Array) => {
        const input = features(pixels);
        return weights.map((row) => row.reduce((sum, weight, k) => sum + weight * input[k]!, 0));
      };
      const estimates = unknown.map(({ pixels }) => estimate(pixels));

      // Gallery: the first picture of each; probes: the others. By chance 1 in 50.
      const gallery = estimates.filter((_, i) => i % PICTURES === 0);
      const named = estimates.filter((probe, i) => {
        const distances = gallery.map((other) => distance(probe, other));
        return i % PICTURES !== 0 && distances.indexOf(Math.min(...distances)) === Math.floor(i / PICTURES);
      }).length;
      expect(named / (50 * (PICTURES - 1))).toBeGreaterThan(0.3);

      // Explained variance on people never seen: a constant explains nothing.
      const explained = (name: string) => {
        const k = IDENTITY_NUMBERS.indexOf(name);
        const truth = unknown.map(({ identityVector }) => identityVector[k]!);
        const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
        const error = estimates.reduce((sum, vector, i) => sum + (vector[k]! - truth[i]!) ** 2, 0);
        return 1 - error / truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      };
      for (const name of ['skin tone', 'skin green', 'skin blue', 'hair tone'])
        expect(explained(name), name).toBeGreaterThan(0.25);
    },
  );
});

describe('its landmarks', () => {
  const faces = Array.from({ length: 300 }, (_, identity) => sampleFace({ identity, image: 1 }));

  test('lie about where ArcFace’s alignment puts them', () => {
    const means = TEMPLATE.map((_, k) => faces.reduce((sum, { landmarks }) => sum + landmarks[k]!, 0) / faces.length);
    means.forEach((mean, k) => expect(Math.abs(mean - TEMPLATE[k]!)).toBeLessThan(4));
    for (const { landmarks } of faces)
      landmarks.forEach((value, k) => expect(Math.abs(value - TEMPLATE[k]!)).toBeLessThan(26)); // a nose turned by 29°
  });

  /** Mean place of what changes in the picture when `identity` or `appearance` changes: independent of how it is drawn. */
  function placeOfChange(
    who: FaceIdentity,
    looks: FaceAppearance,
    change: { who?: Partial<FaceIdentity>; looks?: Partial<FaceAppearance> },
  ) {
    const [before, after] = [drawFace(who, looks), drawFace({ ...who, ...change.who }, { ...looks, ...change.looks })];
    const at: { x: number; y: number; difference: number }[] = [];
    for (let y = 0; y < IMAGE_SIZE; y++) {
      for (let x = 0; x < IMAGE_SIZE; x++) {
        const i = (y * IMAGE_SIZE + x) * 3;
        const difference = [0, 1, 2].reduce(
          (sum, channel) => sum + Math.abs(before[i + channel]! - after[i + channel]!),
          0,
        );
        if (difference > 0) at.push({ x, y, difference });
      }
    }
    const centre = (points: typeof at) => {
      const total = points.reduce((sum, { difference }) => sum + difference, 0);
      return [
        points.reduce((sum, { x, difference }) => sum + x * difference, 0) / total,
        points.reduce((sum, { y, difference }) => sum + y * difference, 0) / total,
      ] as const;
    };
    return { at, centre };
  }

  const plain = (who: FaceIdentity, looks: FaceAppearance) =>
    [
      { ...who, glasses: 0, beard: 0, mole: { x: 0, y: 0, radius: 0 } },
      { ...looks, noise: 0, gazeX: 0, gazeY: 0, eyesOpen: 1, mouthOpen: 0 },
    ] as const;

  test('have an iris round each eye’s: what another eye colour changes lies within a pixel of them', () => {
    for (const face of faces.slice(0, 60)) {
      const [who, looks] = plain(face.identity, face.appearance);
      const points = faceLandmarks(who, looks);
      const { at, centre } = placeOfChange(who, looks, { who: { iris: [1, 0, 1] } });
      const middle = (points[0]! + points[2]!) / 2;
      for (const [side, k] of [
        [at.filter(({ x }) => x < middle), 0],
        [at.filter(({ x }) => x >= middle), 2],
      ] as const) {
        const [x, y] = centre(side);
        expect(Math.hypot(x - points[k]!, y - points[k + 1]!)).toBeLessThan(0.8); // lashes hide some of its top
      }
    }
  });

  test('have the nostrils just below the nose’s', () => {
    for (const face of faces.slice(0, 60)) {
      const [who, looks] = plain(
        { ...face.identity, skin: [0.8, 0.6, 0.5] },
        { ...face.appearance, roll: 0, lightStrength: 0, exposure: 1, warmth: 0 },
      );
      const pixels = drawFace(who, looks);
      const [x, y] = faceLandmarks(who, looks).slice(4, 6);
      // Nostrils are the only dark spots in the box round the tip.
      const [half, below] = [Math.ceil(who.noseWidth * 0.5 * looks.scale + 1), 4];
      const dark = { weight: 0, x: 0, y: 0 };
      for (let row = Math.round(y!) - 1; row <= y! + below; row++) {
        for (let column = Math.round(x! - half); column <= x! + half; column++) {
          const weight = Math.max(0, 100 - pixels[(row * IMAGE_SIZE + column) * 3]!);
          dark.weight += weight;
          dark.x += weight * column;
          dark.y += weight * row;
        }
      }
      expect(dark.weight).toBeGreaterThan(0);
      expect(Math.abs(dark.x / dark.weight - x!)).toBeLessThan(2); // they stand out 3 less than the tip: up to 1.5 at a turn of 29°
      expect(Math.abs(dark.y / dark.weight - (y! + 2))).toBeLessThan(2.5);
    }
  });

  test('have the ends of the lips at the mouth’s corners: what another lip colour changes ends there', () => {
    for (const face of faces.slice(0, 60)) {
      const [who, looks] = plain(face.identity, { ...face.appearance, roll: 0 });
      const points = faceLandmarks(who, looks);
      const { at } = placeOfChange(who, looks, { who: { lips: [0, 1, 0] } });
      const columns = at.filter(({ difference }) => difference > 20).map(({ x }) => x);
      // Corner marks are 3 pixels to either side of the corner, and softly end farther out.
      expect(Math.abs(Math.min(...columns) - points[6]!)).toBeLessThan(6);
      expect(Math.abs(Math.max(...columns) - points[8]!)).toBeLessThan(6);
      const rows = at
        .filter(({ x, difference }) => difference > 20 && Math.abs(x - points[6]!) < 1.5)
        .map(({ y }) => y);
      expect(Math.abs(rows.reduce((sum, y) => sum + y, 0) / rows.length - points[7]!)).toBeLessThan(2); // the lips begin beside it
    }
  });
});

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}
