// A landmark network's numbers as points of the photograph (insightface python-package, model_zoo/landmark.py): −1 … 1 across the crop
// becomes pixels, then goes back the way the crop came.
import { inverseSimilarity, transformPoints, type Similarity } from '../alignment/similarity.js';

export interface DecodeLandmarksOptions {
  /** Of the photograph to the crop that the network saw. */
  transform: Similarity;
  /** Side of that crop. */
  size: number;
}

/** [2 · count], x, y in turn → the same in pixels of the photograph. */
export function decodeFlatLandmarks(
  output: Float32Array,
  { transform, size }: DecodeLandmarksOptions,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    transformPoints(
      output.map((value) => (value + 1) * (size / 2)),
      inverseSimilarity(transform),
    ),
  );
}

const POINTS_IN_SPACE = 68;

/**
 * [3 · count], x, y, z in turn, of which the last 68 points are meant → [204] in pixels of the photograph; z in the same unit, from the
 * network's own origin.
 */
export function decodeSpatialLandmarks(
  output: Float32Array,
  { transform, size }: DecodeLandmarksOptions,
): Float32Array<ArrayBuffer> {
  const inverse = inverseSimilarity(transform);
  const zScale = (size / 2) * Math.hypot(inverse.a, inverse.b);
  const points = output.subarray(-3 * POINTS_IN_SPACE);
  const decoded = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const place = [points[i]!, points[i + 1]!].map((value) => (value + 1) * (size / 2));
    decoded.set(transformPoints(place, inverse), i);
    decoded[i + 2] = points[i + 2]! * zScale;
  }
  return decoded;
}
