// What the landmark and attribute networks see of a face (insightface python-package, utils/face_align.py: transform): its box in the
// middle, upright, with half of its longer side around it.
import type { Similarity } from '../alignment/similarity.js';
import { TeacherError } from '../errors.js';

/** Side of the square that is shown, in longer sides of the box. */
const SURROUND = 1.5;

/** From the picture to a crop of `size` pixels. @throws TeacherError for a box without an area. */
export function boxTransform(box: ArrayLike<number>, size: number): Similarity {
  const [left, top, right, bottom] = Array.from(box) as [number, number, number, number];
  const side = Math.max(right - left, bottom - top);
  const scale = size / (side * SURROUND);
  if (!(side > 0 && Number.isFinite(scale)))
    throw new TeacherError(
      `analyze: a face's box is (${Array.from(box).join(', ')}); expected left < right or top < bottom.`,
    );
  return { a: scale, b: 0, tx: size / 2 - ((left + right) / 2) * scale, ty: size / 2 - ((top + bottom) / 2) * scale };
}
