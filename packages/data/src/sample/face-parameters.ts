// Who a sample face is, and how it happens to look in one picture. Lengths are pixels of the aligned 112×112 crop, colours are in [0, 1].
import type { Random } from '../random.js';
import type { Colour } from './canvas.js';

/** What stays the same in every picture of one identity. */
export interface FaceIdentity {
  skin: Colour;
  hair: Colour;
  iris: Colour;
  lips: Colour;
  faceWidth: number;
  faceHeight: number;
  jawWidth: number;
  chin: number;
  hairline: number;
  hairSides: number;
  eyeSpacing: number;
  eyeHeight: number;
  eyeWidth: number;
  eyeOpening: number;
  eyeTilt: number;
  browHeight: number;
  browThickness: number;
  browTilt: number;
  noseWidth: number;
  noseLength: number;
  mouthWidth: number;
  mouthHeight: number;
  lipThickness: number;
  /** Opacity of beard and of glasses; 0 for none. */
  beard: number;
  glasses: number;
  /** A mole: where on the face, as fractions of its half-width and half-height. */
  mole: { x: number; y: number; radius: number };
}

/** What differs from picture to picture: pose, light, expression, background. */
export interface FaceAppearance {
  /** Radians. */
  yaw: number;
  pitch: number;
  roll: number;
  scale: number;
  shiftX: number;
  shiftY: number;
  lightAngle: number;
  lightStrength: number;
  exposure: number;
  /** Red up and blue down, in [−1, 1]. */
  warmth: number;
  smile: number;
  mouthOpen: number;
  eyesOpen: number;
  browRaise: number;
  gazeX: number;
  gazeY: number;
  background: { from: Colour; to: Colour; angle: number; spots: { x: number; y: number; radius: number; colour: Colour }[] };
  /** Standard deviation of the sensor's noise. */
  noise: number;
  noiseSeed: number;
}

export function randomIdentity(random: Random): FaceIdentity {
  const between = (low: number, high: number) => random.uniform(low, high);
  const tone = between(0.28, 0.95);
  const hairTone = between(0.04, 0.75);
  return {
    skin: [tone, tone * between(0.68, 0.84), tone * between(0.5, 0.74)],
    hair: [hairTone, hairTone * between(0.55, 0.95), hairTone * between(0.25, 0.85)],
    iris: [between(0.05, 0.4), between(0.12, 0.55), between(0.05, 0.7)],
    lips: [between(0.5, 0.85), between(0.2, 0.45), between(0.25, 0.48)],
    faceWidth: between(33, 43),
    faceHeight: between(46, 56),
    jawWidth: between(22, 36),
    chin: between(34, 46),
    hairline: between(22, 40),
    hairSides: between(0, 16),
    eyeSpacing: between(15, 20),
    eyeHeight: between(-13, -7),
    eyeWidth: between(5.5, 8.5),
    eyeOpening: between(2.4, 4.6),
    eyeTilt: between(-0.2, 0.2),
    browHeight: between(6.5, 11),
    browThickness: between(1, 2.8),
    browTilt: between(-0.25, 0.25),
    noseWidth: between(4.5, 9),
    noseLength: between(11, 18),
    mouthWidth: between(10, 17),
    mouthHeight: between(27, 34),
    lipThickness: between(1.6, 4),
    beard: random.uniform() < 0.25 ? between(0.3, 0.85) : 0,
    glasses: random.uniform() < 0.2 ? between(0.6, 1) : 0,
    mole: { x: between(-0.7, 0.7), y: between(-0.1, 0.7), radius: between(0, 2) },
  };
}

export function randomAppearance(random: Random): FaceAppearance {
  const between = (low: number, high: number) => random.uniform(low, high);
  const colour = (): Colour => [random.uniform(), random.uniform(), random.uniform()];
  return {
    yaw: between(-0.5, 0.5),
    pitch: between(-0.25, 0.25),
    roll: 0.05 * random.normal(),
    scale: 1 + 0.03 * random.normal(),
    shiftX: random.normal(),
    shiftY: random.normal(),
    lightAngle: between(-Math.PI, Math.PI),
    lightStrength: between(0, 0.45),
    exposure: between(0.75, 1.2),
    warmth: between(-1, 1),
    smile: between(-0.4, 1),
    mouthOpen: random.uniform() < 0.3 ? between(0.5, 4) : 0,
    eyesOpen: random.uniform() < 0.05 ? 0.15 : between(0.7, 1.1),
    browRaise: between(-1, 1.5),
    gazeX: between(-2, 2),
    gazeY: between(-0.8, 0.8),
    background: {
      from: colour(),
      to: colour(),
      angle: between(-Math.PI, Math.PI),
      spots: Array.from({ length: 3 }, () => ({ x: between(0, 112), y: between(0, 112), radius: between(6, 30), colour: colour() })),
    },
    noise: between(0.004, 0.02),
    noiseSeed: random.integer(2 ** 32),
  };
}
