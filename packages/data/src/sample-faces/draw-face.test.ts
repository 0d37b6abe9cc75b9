import { describe, expect, test } from 'vitest';
import { IMAGE_BYTES } from '../images/image-size.js';
import { Random } from '../order/random.js';
import { drawFace } from './draw-face.js';
import { randomAppearance, randomIdentity, type FaceAppearance, type FaceIdentity } from './face-parameters.js';

const identity: FaceIdentity = {
  ...randomIdentity(new Random(1)),
  beard: 0.6,
  glasses: 0.8,
  mole: { x: 0.5, y: 0.4, radius: 1.8 },
};
const appearance: FaceAppearance = { ...randomAppearance(new Random(2)), eyesOpen: 1, mouthOpen: 3, noise: 0.01 };

/** The same with each number in it a little larger. */
function nudged<T>(value: T): T {
  if (typeof value === 'number') return (value + 0.2 * Math.max(1, Math.abs(value))) as T;
  if (Array.isArray(value)) return value.map(nudged) as T;
  return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, nudged<unknown>(part)])) as T;
}

const differentBytes = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((count, byte, i) => count + (byte === b[i] ? 0 : 1), 0);

describe('a sample face', () => {
  test('is an RGB picture that its parameters determine', () => {
    const bytes = drawFace(identity, appearance);
    expect(bytes.length).toBe(IMAGE_BYTES);
    expect(drawFace(structuredClone(identity), structuredClone(appearance))).toEqual(bytes);
  });

  test.each(Object.keys(identity) as (keyof FaceIdentity)[])('shows %s of who it is', (parameter) => {
    const other = drawFace({ ...identity, [parameter]: nudged(identity[parameter]) }, appearance);
    expect(differentBytes(drawFace(identity, appearance), other)).toBeGreaterThan(10);
  });

  test.each(Object.keys(appearance) as (keyof FaceAppearance)[])('shows %s of how it looks this time', (parameter) => {
    const other = drawFace(identity, { ...appearance, [parameter]: nudged(appearance[parameter]) });
    expect(differentBytes(drawFace(identity, appearance), other)).toBeGreaterThan(10);
  });

  test('has its eyes, nose and mouth where ArcFace’s alignment puts them', () => {
    // A face of mean measures, seen straight from the front in even light, against the five points of the 112×112 template.
    const front: FaceAppearance = {
      ...appearance,
      ...{ yaw: 0, pitch: 0, roll: 0, scale: 1, shiftX: 0, shiftY: 0, lightStrength: 0, exposure: 1, warmth: 0 },
      ...{ smile: 0, mouthOpen: 0, browRaise: 0, gazeX: 0, gazeY: 0, noise: 0 },
    };
    const plain: FaceIdentity = {
      ...identity,
      ...{ skin: [0.8, 0.6, 0.5], lips: [0.8, 0.2, 0.3], iris: [0.05, 0.1, 0.1] },
      ...{ eyeSpacing: 17.5, eyeHeight: -10, mouthHeight: 30.5, beard: 0, glasses: 0 },
    };
    const bytes = drawFace(plain, front);
    const brightness = (x: number, y: number) =>
      [0, 1, 2].reduce((sum, channel) => sum + bytes[(Math.round(y) * 112 + Math.round(x)) * 3 + channel]!, 0);
    const skin = brightness(56, 78);
    for (const [x, y] of [
      [38.3, 51.7],
      [73.5, 51.5],
      [56, 92.3],
    ] as const)
      expect(brightness(x, y)).toBeLessThan(0.75 * skin); // pupils, lips
  });

  test('draws parameters that are within an aligned crop, each seed its own', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const face = randomIdentity(new Random(seed));
      for (const colour of [face.skin, face.hair, face.iris, face.lips])
        for (const value of colour) expect(value > 0 && value < 1).toBe(true);
      expect(face.jawWidth).toBeLessThan(face.faceWidth + 4);
      expect(face.faceWidth).toBeLessThan(56);
      expect(face.eyeSpacing + face.eyeWidth).toBeLessThan(face.faceWidth);
      seen.add(JSON.stringify(face));
    }
    expect(seen.size).toBe(300);
  });
});
