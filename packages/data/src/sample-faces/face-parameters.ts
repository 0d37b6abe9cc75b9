// Who a sample face is, and how it happens to look in one picture. Lengths are pixels of the aligned 112×112 crop, colours are in [0, 1].
import { IMAGE_SIZE } from '../images/image-size.js';
import type { Random } from '../order/random.js';
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
  background: {
    from: Colour;
    to: Colour;
    angle: number;
    spots: { x: number; y: number; radius: number; colour: Colour }[];
  };
  /** Standard deviation of the sensor's noise. */
  noise: number;
  noiseSeed: number;
}

/** A number drawn uniformly between the two. */
type Range = readonly [low: number, high: number];

/** Red, and how much of it green and blue have: skin and hair keep their hue from dark to light. */
const SKIN = { tone: [0.28, 0.95], green: [0.68, 0.84], blue: [0.5, 0.74] } as const;
const HAIR = { tone: [0.04, 0.75], green: [0.55, 0.95], blue: [0.25, 0.85] } as const;
const IRIS = [
  [0.05, 0.4],
  [0.12, 0.55],
  [0.05, 0.7],
] as const;
const LIPS = [
  [0.5, 0.85],
  [0.2, 0.45],
  [0.25, 0.48],
] as const;
const MEASURES = {
  faceWidth: [33, 43],
  faceHeight: [46, 56],
  jawWidth: [22, 36],
  chin: [34, 46],
  hairline: [22, 40],
  hairSides: [0, 16],
  eyeSpacing: [15, 20],
  eyeHeight: [-13, -7],
  eyeWidth: [5.5, 8.5],
  eyeOpening: [2.4, 4.6],
  eyeTilt: [-0.2, 0.2],
  browHeight: [6.5, 11],
  browThickness: [1, 2.8],
  browTilt: [-0.25, 0.25],
  noseWidth: [4.5, 9],
  noseLength: [11, 18],
  mouthWidth: [10, 17],
  mouthHeight: [27, 34],
  lipThickness: [1.6, 4],
} as const satisfies Partial<Record<keyof FaceIdentity, Range>>;
const MOLE = { x: [-0.7, 0.7], y: [-0.1, 0.7], radius: [0, 2] } as const;

const MEASURE_NAMES = Object.keys(MEASURES) as (keyof typeof MEASURES)[];

export function randomIdentity(random: Random): FaceIdentity {
  const between = ([low, high]: Range) => random.uniform(low, high);
  const tone = between(SKIN.tone);
  const hairTone = between(HAIR.tone);
  return {
    skin: [tone, tone * between(SKIN.green), tone * between(SKIN.blue)],
    hair: [hairTone, hairTone * between(HAIR.green), hairTone * between(HAIR.blue)],
    iris: [between(IRIS[0]), between(IRIS[1]), between(IRIS[2])],
    lips: [between(LIPS[0]), between(LIPS[1]), between(LIPS[2])],
    ...(Object.fromEntries(MEASURE_NAMES.map((name) => [name, between(MEASURES[name])])) as Record<
      keyof typeof MEASURES,
      number
    >),
    beard: random.uniform() < 0.25 ? between([0.3, 0.85]) : 0,
    glasses: random.uniform() < 0.2 ? between([0.6, 1]) : 0,
    mole: { x: between(MOLE.x), y: between(MOLE.y), radius: between(MOLE.radius) },
  };
}

/** What the numbers of `identityVector` are, in its order. */
export const IDENTITY_NUMBERS: readonly string[] = [
  ...[
    'skin tone',
    'skin green',
    'skin blue',
    'hair tone',
    'hair green',
    'hair blue',
    'iris red',
    'iris green',
    'iris blue',
    'lips red',
    'lips green',
    'lips blue',
  ],
  ...MEASURE_NAMES,
  ...['beard', 'glasses', 'mole x', 'mole y', 'mole radius'],
];

/**
 * [36]: the 26 parameters of an identity as numbers from 0 to 1, named by IDENTITY_NUMBERS. Over identities each is uniform and independent
 * of the others, except beard and glasses: opacities, 0 for most.
 */
export function identityVector(identity: FaceIdentity): Float64Array {
  const { skin, hair, iris, lips, beard, glasses, mole } = identity;
  const within = (value: number, [low, high]: Range) => (value - low) / (high - low);
  const toned = ([red, green, blue]: Colour, ranges: typeof SKIN | typeof HAIR) => [
    within(red, ranges.tone),
    within(green / red, ranges.green),
    within(blue / red, ranges.blue),
  ];
  return Float64Array.from([
    ...toned(skin, SKIN),
    ...toned(hair, HAIR),
    ...iris.map((value, channel) => within(value, IRIS[channel]!)),
    ...lips.map((value, channel) => within(value, LIPS[channel]!)),
    ...MEASURE_NAMES.map((name) => within(identity[name], MEASURES[name])),
    ...[beard, glasses, within(mole.x, MOLE.x), within(mole.y, MOLE.y), within(mole.radius, MOLE.radius)],
  ]);
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
      spots: Array.from({ length: 3 }, () => ({
        x: between(0, IMAGE_SIZE),
        y: between(0, IMAGE_SIZE),
        radius: between(6, 30),
        colour: colour(),
      })),
    },
    noise: between(0.004, 0.02),
    noiseSeed: random.integer(2 ** 32),
  };
}
