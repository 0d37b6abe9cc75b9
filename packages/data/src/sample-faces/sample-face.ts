// One face of the sample set with its ground truth: who it is, how it looks this time, and where its eyes, nose and mouth are.
import sharp from 'sharp';
import { IMAGE_SIZE } from '../images/image-size.js';
import { DataOptionError } from '../errors.js';
import { Random } from '../order/random.js';
import { drawFace } from './draw-face.js';
import {
  identityVector,
  randomAppearance,
  randomIdentity,
  type FaceAppearance,
  type FaceIdentity,
} from './face-parameters.js';
import { faceLandmarks } from './landmarks.js';

export interface SampleFaceOptions {
  /** Any integer. */
  seed?: number;
  /** Who: 0 … 2³¹ − 1. */
  identity: number;
  /** Which picture of that identity: 0 … 2³¹ − 1. */
  image?: number;
}

export interface SampleFace {
  identity: FaceIdentity;
  /** [36], each from 0 to 1; IDENTITY_NUMBERS names them. */
  identityVector: Float64Array;
  appearance: FaceAppearance;
  /** [10]: x, y in pixels of left eye, right eye, nose, left and right corner of the mouth, as seen. */
  landmarks: Float64Array;
  /** RGB [112, 112, 3]: what the encoded image was made of. */
  pixels: Uint8Array;
}

const MAX_NUMBER = 2 ** 31 - 1;
const JPEG_QUALITY = 95; // face2rec2's own default

/**
 * The face that `ensureSampleSet` with the same seed has as picture `image` of `identity`, whatever the size of that set.
 * @throws DataOptionError for a number that is no integer of its range.
 */
export function sampleFace({ seed = 0, identity, image = 0 }: SampleFaceOptions): SampleFace {
  requireNumber('seed', seed, -Infinity);
  requireNumber('identity', identity, 0);
  requireNumber('image', image, 0);
  const who = randomIdentity(new Random(seed, identity));
  const appearance = randomAppearance(new Random(seed, identity, image + 1));
  return {
    identity: who,
    identityVector: identityVector(who),
    appearance,
    landmarks: faceLandmarks(who, appearance),
    pixels: drawFace(who, appearance),
  };
}

/** The JPEG that the sample set holds of a face. */
export function encodeSampleFace({ pixels }: Pick<SampleFace, 'pixels'>): Promise<Buffer> {
  return sharp(pixels, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
}

function requireNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && (least < 0 || value <= MAX_NUMBER)) return;
  throw new DataOptionError(
    `sampleFace: ${name} is ${value}; expected an integer${least < 0 ? '' : ` from ${least} to ${MAX_NUMBER}`}.`,
  );
}
