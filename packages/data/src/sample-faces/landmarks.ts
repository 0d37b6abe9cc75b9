// The five points of a sample face that face alignment works from, where the drawing has them.
import type { FaceAppearance, FaceIdentity } from './face-parameters.js';
import { HeadPose } from './head-pose.js';

export const LEFT_AND_RIGHT = [-1, 1] as const;

/**
 * [10]: x, y of the eye at the left of the picture, the right eye, the tip of the nose, the left and the right corner of the mouth, in
 * pixels from the top left of the 112×112 crop, in ArcFace's order. An eye's point is the middle of its opening, wherever it looks.
 */
export function faceLandmarks(identity: FaceIdentity, appearance: FaceAppearance): Float64Array {
  const head = new HeadPose(identity, appearance);
  const { eyeSpacing, eyeHeight, mouthHeight } = identity;
  const { lift, cornerX } = mouthShape(identity, appearance);
  const points = [
    ...LEFT_AND_RIGHT.map((side) => ({ x: side * eyeSpacing, y: eyeHeight })),
    noseTip(identity),
    ...LEFT_AND_RIGHT.map((side) => ({ x: side * cornerX, y: mouthHeight - lift })),
  ];
  return Float64Array.from(points.map((point) => head.project(point)).flatMap(({ x, y }) => [x, y]));
}

/** The nose stands out of the face: it moves most when the head turns. */
export function noseTip({ eyeHeight, noseLength }: FaceIdentity) {
  return { x: 0, y: eyeHeight + noseLength + 6, depth: 36 };
}

/** Half-width of the lips, how far a smile lifts their corners, and where those are, in the head's pixels. */
export function mouthShape({ mouthWidth }: FaceIdentity, { smile }: FaceAppearance) {
  const width = mouthWidth + smile * 2.5;
  return { width, lift: smile * 2, cornerX: width * 0.9 };
}
