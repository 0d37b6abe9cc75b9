// Cosines between rows.
import { OperatorError } from '../../errors.js';

/** Rows of numbers of any kind: a Matrix, or embeddings in float32. */
export interface Rows {
  readonly rows: number;
  readonly cols: number;
  readonly data: ArrayLike<number>;
}

/**
 * The cosine of the angle between row i of `a` and row i of `b`, [rows]; 0 where either is zero.
 * @throws OperatorError for different shapes.
 * @example
 * ```ts
 * import { cosines, fromRows } from '@lin/operator/linear-algebra';
 * console.log(cosines(fromRows([[1, 0], [1, 1]]), fromRows([[0, 2], [-3, -3]])).map((x) => Math.round(x)));
 * ```
 * ```text
 * Float64Array(2) [ 0, -1 ]
 * ```
 */
export function cosines(a: Rows, b: Rows): Float64Array {
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw new OperatorError(`cosines: ${a.rows}×${a.cols} and ${b.rows}×${b.cols}; expected equal shapes.`);
  return Float64Array.from({ length: a.rows }, (_, i) => {
    let [xy, xx, yy] = [0, 0, 0];
    for (let k = i * a.cols; k < (i + 1) * a.cols; k++) {
      const [x, y] = [a.data[k]!, b.data[k]!];
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    return xx > 0 && yy > 0 ? xy / (Math.sqrt(xx) * Math.sqrt(yy)) : 0;
  });
}
