// Orthonormal columns as a product of Householder reflections: B = H₁ H₂ … H_k [I; 0], signs included (Golub & Van Loan, §5.1.3 and
// §5.2.1).
import { dot } from '../linear-algebra/matrix/vectors.js';
import { transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';

/** What is left of a column below its diagonal by rounding alone, relative to its length of 1: no reflection is made for it. */
const ROUNDING = 64 * Number.EPSILON;

/** Unit normals of the reflections, at most one for each column of `basis`, n × k; fewer where a column needs none. */
export function reflectionsOf(basis: Matrix): Float64Array[] {
  const { rows: k, cols: n, data } = transpose(basis);
  const columns = Array.from({ length: k }, (_, j) => data.subarray(j * n, (j + 1) * n));
  return columns.flatMap((column, j) => {
    const normal = normalFor(column, j);
    if (!normal) return [];
    columns.slice(j + 1).forEach((other) => reflect(other, normal));
    return [normal];
  });
}

/** The unit normal whose reflection takes `column` from place j on to +e_j; none where it is there. */
function normalFor(column: Float64Array, j: number): Float64Array | null {
  const normal = column.slice().fill(0, 0, j);
  const head = normal[j]!;
  normal[j] = 0;
  const squares = dot(normal, normal);
  if (Math.sqrt(squares) <= ROUNDING * Math.abs(head) && head > 0) return null;
  const length = Math.hypot(head, Math.sqrt(squares));
  normal[j] = head <= 0 ? head - length : -squares / (head + length); // head − length, without cancellation
  const norm = Math.sqrt(dot(normal, normal));
  return normal.map((value) => value / norm);
}

/** x ← x − 2 v (vᵀ x). */
function reflect(x: Float64Array, v: Float64Array): void {
  const factor = 2 * dot(v, x);
  for (let i = 0; i < x.length; i++) x[i]! -= factor * v[i]!;
}
