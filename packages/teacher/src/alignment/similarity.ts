// The similarity transform between two sets of points in the plane: Umeyama's least squares (IEEE TPAMI 13(4), 1991) by its closed form for
// two dimensions.
import { TeacherError } from '../errors.js';

/** (x, y) → (a·x − b·y + tx, b·x + a·y + ty): a turn and a scale, then a shift, in pixels. As a matrix [[a, −b, tx], [b, a, ty]]. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/**
 * The transform with the smallest Σ |T(from_i) − to_i|², in float64. Points are x, y in turn: [2·n] each, n ≥ 2.
 * @throws TeacherError for lengths that differ, a coordinate that is not finite, and points that determine no transform (all
 * of them one point).
 */
export function similarityBetween(from: ArrayLike<number>, to: ArrayLike<number>): Similarity {
  const n = from.length / 2;
  if (from.length !== to.length || !Number.isInteger(n) || n < 2) {
    throw new TeacherError(
      `similarity: ${from.length} and ${to.length} numbers were given; expected x, y of the same 2 or more points.`,
    );
  }
  const [fromX, fromY] = meanOf(from);
  const [toX, toY] = meanOf(to);
  let spread = 0;
  let dot = 0;
  let cross = 0;
  for (let i = 0; i < from.length; i += 2) {
    const [x, y] = [from[i]! - fromX, from[i + 1]! - fromY];
    const [u, v] = [to[i]! - toX, to[i + 1]! - toY];
    spread += x * x + y * y;
    dot += x * u + y * v;
    cross += x * v - y * u;
  }
  const [a, b] = [dot / spread, cross / spread];
  const similarity = { a, b, tx: toX - (a * fromX - b * fromY), ty: toY - (b * fromX + a * fromY) };
  if (!isInvertible(similarity))
    throw new TeacherError(
      `similarity: the points (${Array.from(from).join(', ')}) determine no transform; expected finite, different ones.`,
    );
  return similarity;
}

/** x, y in turn through the transform. */
export function transformPoints(points: ArrayLike<number>, { a, b, tx, ty }: Similarity): Float64Array {
  const moved = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    moved[i] = a * x - b * y + tx;
    moved[i + 1] = b * x + a * y + ty;
  }
  return moved;
}

/** The way back. */
export function inverseSimilarity({ a, b, tx, ty }: Similarity): Similarity {
  const determinant = a * a + b * b;
  const [ia, ib] = [a / determinant, -b / determinant];
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

function meanOf(points: ArrayLike<number>): [number, number] {
  let [x, y] = [0, 0];
  for (let i = 0; i < points.length; i += 2) {
    x += points[i]!;
    y += points[i + 1]!;
  }
  return [(2 * x) / points.length, (2 * y) / points.length];
}

const isInvertible = ({ a, b, tx, ty }: Similarity) => [a, b, tx, ty].every(Number.isFinite) && a * a + b * b > 0;
