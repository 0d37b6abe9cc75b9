// A face brought to where ArcFace's networks were trained to see it (insightface python-package, utils/face_align.py: norm_crop).
import { TeacherError } from '../errors.js';
import { CROP_SIZE } from '../face-crop.js';
import type { RgbImage } from '../photo/rgb-image.js';
import { similarityBetween } from './similarity.js';
import { warp } from './warp.js';

/**
 * Where an aligned crop has the eye at the left of the picture, the right one, the nose and the left and right corner of the mouth: x, y in
 * pixels, [10].
 */
export const ARCFACE_TEMPLATE: readonly number[] = [
  38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041,
];

/**
 * The crop that a recogniser takes: RGB [112, 112, 3], black beyond the picture's edge. `landmarks` are x, y of the five points of the
 * template, in pixels of the picture, [10].
 * @throws TeacherError where these are not ten finite numbers, or all one point.
 */
export function alignFace(image: RgbImage, landmarks: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  if (landmarks.length !== ARCFACE_TEMPLATE.length) {
    throw new TeacherError(
      `alignFace: ${landmarks.length} numbers were given as landmarks; expected x, y of ${ARCFACE_TEMPLATE.length / 2} points.`,
    );
  }
  return warp(image, similarityBetween(landmarks, ARCFACE_TEMPLATE), CROP_SIZE);
}

/** Whether `alignFace` takes them. */
export function canBeAligned(landmarks: ArrayLike<number>): boolean {
  try {
    similarityBetween(landmarks, ARCFACE_TEMPLATE);
    return true;
  } catch (error) {
    if (error instanceof TeacherError) return false;
    throw error;
  }
}
