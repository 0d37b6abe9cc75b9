// Alignment on faces whose eyes, nose and mouth are known exactly: @lin/data's drawings.
import { sampleFace } from '@lin/data';
import { describe, expect, test } from 'vitest';
import { alignFace, ARCFACE_TEMPLATE } from '../src/alignment/align-face.js';
import { similarityBetween, transformPoints } from '../src/alignment/similarity.js';
import { drawnPhoto, PHOTOS, realPhotos, similarityOf, type Place } from './photographs.js';

const PLACES: Place[] = [
  { scale: 2, angle: 0, x: 20, y: 30 },
  { scale: 1.5, angle: 0.6, x: 150, y: 40 },
  { scale: 1.2, angle: -1.4, x: 60, y: 300 },
  { scale: 1.8, angle: 3, x: 330, y: 260 },
];

describe('a face of known landmarks', () => {
  test.each(PLACES)('comes out alike wherever it lies in a photograph: %j', (place) => {
    for (const identity of [1, 2, 3]) {
      const { image, landmarks } = drawnPhoto(400, [{ ...place, identity }]);
      const { pixels, landmarks: inCrop } = sampleFace({ identity });
      const expected = alignFace({ data: pixels, width: 112, height: 112 }, inCrop);
      const aligned = alignFace(image, landmarks[0]!);
      // Once enlarged and reduced again: brightness differs by the interpolation, on average by a few steps of 256.
      const mean = aligned.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / aligned.length;
      expect(mean).toBeLessThan(4);
    }
  });

  test('has them at the template as near as a similarity can bring them, whatever the pose', () => {
    for (let identity = 0; identity < 30; identity++) {
      const { landmarks } = sampleFace({ identity, image: identity % 3 });
      const distances = (moved: ArrayLike<number>) =>
        ARCFACE_TEMPLATE.reduce((sum, value, i) => sum + (moved[i]! - value) ** 2, 0);
      const best = similarityBetween(landmarks, ARCFACE_TEMPLATE);
      const least = distances(transformPoints(landmarks, best));
      for (const [da, db, dx, dy] of [
        [1e-3, 0, 0, 0],
        [0, 1e-3, 0, 0],
        [0, 0, 0.1, 0],
        [0, 0, 0, 0.1],
      ] as const) {
        for (const sign of [-1, 1]) {
          expect(
            distances(
              transformPoints(landmarks, {
                a: best.a + sign * da,
                b: best.b + sign * db,
                tx: best.tx + sign * dx,
                ty: best.ty + sign * dy,
              }),
            ),
          ).toBeGreaterThan(least);
        }
      }
    }
  });

  test('keeps its matrix to 1e-9 in every place: the one of the crop after the way back', () => {
    for (const place of PLACES) {
      const { landmarks } = sampleFace({ identity: 5 });
      const moved = similarityBetween(transformPoints(landmarks, similarityOf(place)), ARCFACE_TEMPLATE);
      const direct = similarityBetween(landmarks, ARCFACE_TEMPLATE);
      const there = transformPoints([0, 0, 100, 50], similarityOf(place));
      transformPoints(there, moved).forEach((value, i) =>
        expect(Math.abs(value - transformPoints([0, 0, 100, 50], direct)[i]!)).toBeLessThan(1e-9),
      );
    }
  });
});

test.skipIf(!PHOTOS)(
  `photographs are aligned by any landmarks in them, black where they end${PHOTOS ? '' : ' (SKIPPED: LIN_TEST_PHOTOS names no folder)'}`,
  async () => {
    for (const photo of await realPhotos(10)) {
      const aligned = alignFace(photo, [30, 50, 62, 50, 46, 70, 33, 86, 60, 86]);
      expect(aligned).toHaveLength(112 * 112 * 3);
      expect(aligned.some((value) => value > 60)).toBe(true);
    }
  },
);
