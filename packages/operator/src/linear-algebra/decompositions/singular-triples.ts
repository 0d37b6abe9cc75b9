// What every way to a singular value decomposition results in.
import type { Matrix } from '../matrix/matrix.js';

export interface Svd {
  /** Left singular vectors as columns, m × r. */
  U: Matrix;
  /** Singular values, largest first, [r] with r = min(m, n). */
  s: Float64Array;
  /** Right singular vectors as columns, n × r. */
  V: Matrix;
}
