// Random matrices of every kind, and what each decomposition owes them: an answer that satisfies its equation, or an OperatorError. A
// number n gives one matrix, always the same.
import { OperatorError } from '../src/errors.js';
import * as O from '../src/linear-algebra/index.js';
import type { Matrix } from '../src/linear-algebra/index.js';

/** Numbers of one matrix: mulberry32. */
class Draw {
  constructor(private state: number) {}

  /** In [0, 1). */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  integer(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)]!;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  matrix(rows: number, cols: number, entry: (i: number, j: number) => number = () => this.normal()): Matrix {
    const data = Float64Array.from({ length: rows * cols }, (_, k) => entry(Math.floor(k / cols), k % cols));
    return { rows, cols, data };
  }
}

type Kind = (draw: Draw, m: number, n: number) => Matrix;

const gram = (a: Matrix): Matrix => O.multiply(O.transpose(a), a);

/** Of square ones, n counts. */
const KINDS: Record<string, Kind> = {
  normal: (draw, m, n) => draw.matrix(m, n),
  integers: (draw, m, n) => draw.matrix(m, n, () => draw.integer(-3, 3)),
  sparse: (draw, m, n) => draw.matrix(m, n, () => (draw.unit() < 0.25 ? draw.normal() : 0)),
  'low rank': (draw, m, n) => {
    const r = draw.integer(1, Math.min(m, n));
    return O.multiply(draw.matrix(m, r), draw.matrix(r, n));
  },
  zero: (_, m, n) => O.zeros(m, n),
  ones: (draw, m, n) => draw.matrix(m, n, () => 1),
  'one entry': (draw, m, n) => {
    const place = draw.integer(0, m * n - 1);
    return draw.matrix(m, n, (i, j) => (i * n + j === place ? draw.normal() : 0));
  },
  'equal rows': (draw, m, n) => {
    const row = draw.matrix(1, n);
    return draw.matrix(m, n, (_, j) => row.data[j]!);
  },
  graded: (draw, m, n) => {
    const steps = draw.integer(1, 30);
    return draw.matrix(m, n, (i, j) => draw.normal() * 2 ** (-steps * (i + j)));
  },
  symmetric: (draw, _, n) => {
    const a = draw.matrix(n, n);
    return O.add(a, O.transpose(a));
  },
  covariance: (draw, m, n) => gram(draw.matrix(m, n)),
  'product of covariances': (draw, m, n) => O.multiply(gram(draw.matrix(m, n)), gram(draw.matrix(m, n))),
  orthogonal: (draw, _, n) => O.qr(draw.matrix(n, n)).Q,
  permutation: (draw, _, n) => {
    const order = Array.from({ length: n }, (_, i) => i).sort(() => draw.unit() - 0.5);
    return draw.matrix(n, n, (i, j) => Number(order[i] === j));
  },
  triangular: (draw, m, n) => draw.matrix(m, n, (i, j) => (i <= j ? draw.normal() : 0)),
  Jordan: (draw, _, n) => {
    const values = [draw.pick([0, 1, -2]), draw.pick([0, 1, 1 + 2 ** -30])];
    return draw.matrix(n, n, (i, j) => (i === j ? values[Number(2 * i < n)]! : j === i + 1 ? 1 : 0));
  },
  'turned Jordan': (draw, m, n) => {
    const { Q } = O.qr(draw.matrix(n, n));
    return O.multiply(O.multiply(Q, KINDS['Jordan']!(draw, m, n)), O.transpose(Q));
  },
  companion: (draw, _, n) => draw.matrix(n, n, (i, j) => (i === 0 ? draw.integer(-2, 2) : Number(i === j + 1))),
  'complex pairs': (draw, _, n) =>
    draw.matrix(n, n, (i, j) => (i === j ? 0.5 : Math.floor(i / 2) === Math.floor(j / 2) ? (i < j ? -1 : 1) : 0)),
  Hilbert: (draw, m, n) => draw.matrix(m, n, (i, j) => 1 / (i + j + 1)),
  float32: (draw, m, n) => draw.matrix(m, n, () => Math.fround(draw.normal())),
};

const SCALES = [1, 1, 1, 1e-8, 1e8, 1e-100, 1e100, 1e-170, 1e170, 1e-300, 1e300, 1e-310, 1.5e308];
const SPECIAL = [NaN, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, -0, 1e-160, 1e160];

export interface FuzzMatrix {
  what: string;
  matrix: Matrix;
  /** Rows and columns are of like size, so that backward errors may be measured by norms. */
  even: boolean;
}

export function fuzzMatrix(n: number): FuzzMatrix {
  const draw = new Draw(Math.imul(n + 1, 0x9e3779b1));
  const size = () =>
    draw.unit() < 0.003 ? draw.integer(64, 72) : draw.unit() < 0.1 ? draw.integer(9, 24) : draw.integer(1, 8);
  const [rows, cols] = draw.unit() < 0.5 ? [size(), size()] : (() => [size()].flatMap((both) => [both, both]))();
  const kind = draw.pick(Object.keys(KINDS));
  let matrix = KINDS[kind]!(draw, rows!, cols!);
  let what = `${n}: ${kind} ${matrix.rows}×${matrix.cols}`;
  let even = kind !== 'graded';
  if (draw.unit() < 0.15) {
    const reach = draw.pick([3, 20, 100]);
    const powers = (length: number) => Array.from({ length }, () => 2 ** draw.integer(-reach, reach));
    matrix = O.scaleRows(O.scaleColumns(matrix, powers(matrix.cols)), powers(matrix.rows));
    what += `, rows and columns times 2^±${reach}`;
    even = false;
  }
  const scale = draw.pick(SCALES);
  if (scale !== 1) {
    const largest = matrix.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    matrix = { ...matrix, data: matrix.data.map((value) => (value / largest) * scale) };
    what += ` times ${scale}`;
  }
  if (draw.unit() < 0.04) {
    const value = draw.pick(SPECIAL);
    matrix.data[draw.integer(0, matrix.data.length - 1)] = value;
    what += ` with ${value}`;
    even = false;
  }
  return { what, matrix, even };
}

/** What does not hold, in words. */
export function faultsOf({ matrix: A, even }: FuzzMatrix): string[] {
  const finite = A.data.every(Number.isFinite);
  const checks = { ...EVERY, ...(A.rows === A.cols && SQUARE), ...(even && A.rows === A.cols && EVEN) };
  return Object.entries(checks).flatMap(([name, check]) => {
    try {
      const fault = check(A);
      if (!finite) return [`${name}: answers for entries that are not finite`];
      return fault ? [`${name}: ${fault}`] : [];
    } catch (error) {
      if (!(error instanceof OperatorError)) return [`${name}: ${(error as Error).stack}`];
      if (!finite || mayRefuse(name, error)) return [];
      return [`${name}: ${error.name}: ${error.message}`];
    }
  });
}

/** Where a finite matrix has no answer, or none in float64. */
function mayRefuse(name: string, error: OperatorError): boolean {
  if (error instanceof O.ConvergenceError) return false;
  if (/has entries above|has values above|is above/.test(error.message)) return true;
  if (/^expm: no digit/.test(error.message)) return true;
  if (error instanceof O.SingularMatrixError) return ['solve', 'inverse', 'cholesky', 'powm'].includes(name);
  if (error instanceof O.MatrixFunctionError) return ['sqrtm', 'logm', 'powm'].includes(name);
  if (/must be symmetric/.test(error.message)) return ['eigenSymmetric', 'cholesky'].includes(name);
  return name === 'principalAngles' && /all zero/.test(error.message);
}

/** The largest entry of each row, times a factor. */
const rowSizes = (A: Matrix, factor: number): Matrix => ({
  rows: A.rows,
  cols: 1,
  data: Float64Array.from(
    { length: A.rows },
    (_, i) => factor * O.rowOf(A, i).reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  ),
});

type Check = (A: Matrix) => string | undefined;

const ROUNDING = 1e-13;

/** A power of two near the largest entry, and A in it: nothing is near the ends of float64 any more. */
function inUnits(A: Matrix): { unit: number; scaled: Matrix } {
  const largest = A.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const unit = largest === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest))));
  return { unit, scaled: { ...A, data: A.data.map((value) => value / unit) } };
}

const over = (A: Matrix, unit: number): Matrix => ({ ...A, data: A.data.map((value) => value / unit) });
const largest = (A: Matrix): number => A.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** The relation holds to `tolerance`, NaN being no relation. */
const within = (what: string, error: number, tolerance: number): string | undefined =>
  error <= tolerance ? undefined : `${what} is off by ${error}, more than ${tolerance}`;

const first = (...faults: (string | undefined)[]): string | undefined => faults.find((fault) => fault !== undefined);

function orthonormal(name: string, Q: Matrix): string | undefined {
  const product = O.multiply(O.transpose(Q), Q);
  return within(`${name}ᵀ${name} − I`, largest(O.subtract(product, O.identity(Q.cols))), ROUNDING * Q.rows);
}

function equal(what: string, found: Matrix, expected: Matrix, size = largest(expected)): string | undefined {
  const longest = Math.max(found.rows, found.cols);
  return within(what, largest(O.subtract(found, expected)), longest * roundingOf(size));
}

/** Of numbers up to `size` in the unit of `inUnits`. Below 1 they are subnormal, and 2⁻⁵² apart whatever their size. */
const roundingOf = (size: number): number => ROUNDING * size + (size < 1 ? 2 ** -52 : 0);

function falling(s: Float64Array): string | undefined {
  const k = s.findIndex((value, i) => !(value >= 0 && (i === 0 || value <= s[i - 1]!)));
  return k < 0 ? undefined : `singular value ${k} is ${s[k]} after ${s[k - 1]}`;
}

function triples({ U, s, V }: O.Svd, A: Matrix): string | undefined {
  const { unit, scaled } = inUnits(A);
  const product = O.multiply(
    O.scaleColumns(
      U,
      s.map((value) => value / unit),
    ),
    O.transpose(V),
  );
  return first(orthonormal('U', U), orthonormal('V', V), falling(s), equal('U s Vᵀ', product, scaled));
}

const EVERY: Record<string, Check> = {
  svd: (A) => triples(O.svd(A), A),
  jacobiSvd: (A) => triples(O.jacobiSvd(A), A),
  singularValues: (A) => {
    const [alone, { s }] = [O.singularValues(A), O.svd(A)];
    return within('a value', Math.max(...alone.map((value, k) => Math.abs(value - s[k]!) / (s[0]! || 1))), ROUNDING);
  },
  svdTruncated: (A) => {
    const { U, s } = O.svdTruncated(A, 1);
    return first(
      orthonormal('U', U),
      within('s₁', Math.abs(s[0]! / (O.spectralNorm(A) || 1) - Number(s[0]! > 0)), ROUNDING),
    );
  },
  svdRandomised: (A) => {
    const { s } = O.svdRandomised(A, 1, { oversampling: 30 });
    const share = s[0]! / (O.spectralNorm(A) || 1);
    return s[0] === 0 ? undefined : first(within('s₁', share, 1 + ROUNDING), within('1 / s₁', 1 / share, 1.1));
  },
  qr: (A) => {
    const { scaled, unit } = inUnits(A);
    const { Q, R } = O.qr(A);
    return first(orthonormal('Q', Q), equal('Q R', O.multiply(Q, over(R, unit)), scaled));
  },
  qrPivoted: (A) => {
    const { scaled, unit } = inUnits(A);
    const { Q, R, permutation } = O.qrPivoted(A);
    return first(orthonormal('Q', Q), equal('Q R', O.multiply(Q, over(R, unit)), O.pickColumns(scaled, permutation)));
  },
  lu: (A) => {
    const { scaled, unit } = inUnits(A);
    const { L, U, permutation } = O.lu(A);
    const product = O.multiply(L, over(U, unit));
    return first(
      within('an entry of L', largest(L), 1),
      equal('L U', product, O.pickRows(scaled, permutation), largest(over(U, unit)) + largest(scaled)),
    );
  },
  polar: (A) => {
    const { scaled, unit } = inUnits(A);
    const { Q, H } = O.polar(A);
    return first(
      orthonormal('Q', A.rows < A.cols ? O.transpose(Q) : Q),
      equal('Q H', O.multiply(Q, over(H, unit)), scaled),
    );
  },
  pseudoInverse: (A) => {
    const { matrix, residual, condition, rank } = O.pseudoInverse(A);
    return first(
      within('rank', Math.abs(rank - O.rank(A)), 0),
      matrix.data.every(Number.isFinite) ? undefined : 'an entry of A⁺ is not finite',
      within('Penrose', residual, ROUNDING * Math.max(A.rows, A.cols) * condition),
    );
  },
  leastSquares: (A) => {
    const { scaled, unit } = inUnits(A);
    const b = O.scale(
      O.columnOf(scaled, 0).length === 0 ? scaled : { rows: A.rows, cols: 1, data: O.columnOf(A, 0) },
      1,
    );
    const { x, residuals } = O.leastSquares(A, b); // solved by the first unit vector
    if (!x.data.every(Number.isFinite)) return 'x is not finite';
    return within('A x − b', residuals[0]! / unit / (O.frobeniusNorm(scaled) || 1), 1e-10);
  },
  ridge: (A) => {
    const { x } = O.ridge(A, { rows: A.rows, cols: 1, data: O.columnOf(A, 0) }, 1);
    return x.data.every(Number.isFinite) ? undefined : 'x is not finite';
  },
  procrustes: (A) => orthonormal('Q', O.procrustes(A, A).Q),
  fourSubspaces: (A) => {
    const { rank, range, leftNullSpace, rowSpace, nullSpace } = O.fourSubspaces(A);
    const { scaled } = inUnits(A);
    const none = O.zeros(A.rows, 1);
    return first(
      within('the dimension of inputs', Math.abs(rowSpace.dimension + nullSpace.dimension - A.cols), 0),
      within('the dimension of outputs', Math.abs(range.dimension + leftNullSpace.dimension - A.rows), 0),
      within('rank', Math.abs(rank - range.dimension), 0),
      ...[range, leftNullSpace, rowSpace, nullSpace].map(({ basis }) => (basis ? orthonormal('Q', basis) : undefined)),
      within(
        'A times its null space',
        largest(nullSpace.basis ? O.multiply(scaled, nullSpace.basis) : none),
        1e-12 * A.rows * A.cols,
      ),
    );
  },
  principalAngles: (A) => within('the angle to itself', Math.max(...O.principalAngles(A, A).angles), 1e-7),
  norms: (A) => {
    const { unit, scaled } = inUnits(A);
    const [spectral, frobenius, nuclear] = [O.spectralNorm(A), O.frobeniusNorm(A), O.nuclearNorm(A)].map(
      (value) => value / unit,
    );
    const root = Math.sqrt(O.squareSum(scaled));
    return first(
      within('Frobenius', Math.abs(frobenius! - root), roundingOf(root)),
      within('spectral over Frobenius', spectral! / (root || 1), 1 + ROUNDING),
      within('Frobenius over nuclear', root / (nuclear! || 1), 1 + ROUNDING * A.rows),
      Number.isNaN(O.conditionNumber(A)) ? 'the condition is NaN' : undefined,
    );
  },
};

const SQUARE: Record<string, Check> = {
  schur: (A) => {
    const { scaled, unit } = inUnits(A);
    const { Q, T } = O.schur(A);
    const below = Math.max(
      0,
      ...T.data.map((value, k) => (Math.floor(k / T.cols) > (k % T.cols) + 1 ? Math.abs(value) : 0)),
    );
    return first(
      orthonormal('Q', Q),
      within('below T', below, 0),
      equal('Q T Qᵀ', O.multiply(O.multiply(Q, over(T, unit)), O.transpose(Q)), scaled),
    );
  },
  eigenSymmetric: (A) => {
    const { values, vectors } = O.eigenSymmetric(A);
    const { scaled, unit } = inUnits(A);
    const half = O.scale(O.add(scaled, O.transpose(scaled)), 0.5);
    return first(
      orthonormal('V', vectors),
      values.every((value, k) => k === 0 || value >= values[k - 1]!) ? undefined : 'the values do not rise',
      equal(
        'A V − V λ',
        O.multiply(half, vectors),
        O.scaleColumns(
          vectors,
          values.map((value) => value / unit),
        ),
        largest(scaled),
      ),
    );
  },
  cholesky: (A) => {
    const { scaled, unit } = inUnits(A);
    const L = over(O.cholesky(A), Math.sqrt(unit));
    return equal('L Lᵀ', O.multiply(L, O.transpose(L)), O.scale(O.add(scaled, O.transpose(scaled)), 0.5));
  },
  solve: (A) => {
    const b: Matrix = { rows: A.rows, cols: 1, data: O.columnOf(A, A.cols - 1) };
    const x = O.solve(A, b);
    const { scaled, unit } = inUnits(A);
    const rhs = over(b, unit);
    const error = O.subtract(O.multiply(scaled, x), rhs);
    const size = O.add(rowSizes(scaled, largest(x)), rowSizes(rhs, 1));
    return within(
      'A x − b',
      Math.max(...error.data.map((value, i) => Math.abs(value) / (size.data[i]! || 1))),
      ROUNDING * A.rows,
    );
  },
  eigenvalues: (A) => {
    const { unit, scaled } = inUnits(A);
    const values = O.eigenvalues(A);
    const sum = values.reduce((total, { re }) => total + re / unit, 0);
    const trace = Array.from({ length: A.rows }, (_, i) => scaled.data[i * (A.rows + 1)]!).reduce(
      (total, value) => total + value,
      0,
    );
    return first(
      within('the number of values', Math.abs(values.length - A.rows), 0),
      within('their sum', Math.abs(sum - trace), ROUNDING * A.rows * Math.max(1, largest(scaled)) * A.rows),
    );
  },
  inverse: (A) => (O.inverse(A).data.every(Number.isFinite) ? undefined : 'an entry is not finite'),
  expm: (A) => (O.expm(A).data.every(Number.isFinite) ? undefined : 'an entry is not finite'),
};

/** Measured by norms, which says little of matrices whose rows are of sizes far apart. */
const EVEN: Record<string, Check> = {
  eigen: (A) => {
    const { unit, scaled } = inUnits(A);
    const { values, vectors } = O.eigen(A);
    const [re, im] = [values.map((value) => value.re / unit), values.map((value) => value.im / unit)];
    const real = O.subtract(O.scaleColumns(vectors.re, re), O.scaleColumns(vectors.im, im));
    const imaginary = O.add(O.scaleColumns(vectors.re, im), O.scaleColumns(vectors.im, re));
    const size = O.frobeniusNorm(scaled);
    return first(
      within('A v − λ v', largest(O.subtract(O.multiply(scaled, vectors.re), real)), 1e-12 * A.rows * size),
      within(
        'its imaginary part',
        largest(O.subtract(O.multiply(scaled, vectors.im), imaginary)),
        1e-12 * A.rows * size,
      ),
    );
  },
  'expm, halved and squared': (A) => {
    const { scaled } = inUnits(A);
    const half = O.expm(O.scale(scaled, 0.5));
    const size = O.frobeniusNorm(half) ** 2;
    return within('e^A', largest(O.subtract(O.multiply(half, half), O.expm(scaled))), 1e-11 * Math.max(size, 1));
  },
  sqrtm: (A) => {
    const { scaled } = inUnits(A);
    const X = O.sqrtm(scaled);
    return within(
      'X X − A',
      largest(O.subtract(O.multiply(X, X), scaled)),
      1e-11 * Math.max(O.squareSum(X), O.frobeniusNorm(scaled)),
    );
  },
  powm: (A) => {
    const { scaled } = inUnits(A);
    const X = O.powm(scaled, 1 / 3);
    const cube = O.multiply(O.multiply(X, X), X);
    return within(
      'X³ − A',
      largest(O.subtract(cube, scaled)),
      1e-10 * Math.max(O.frobeniusNorm(X) ** 3, O.frobeniusNorm(scaled)),
    );
  },
  logm: (A) => {
    const { scaled } = inUnits(A);
    const L = O.logm(scaled);
    return within('e^L − A', largest(O.subtract(O.expm(L), scaled)), 1e-9 * Math.exp(O.frobeniusNorm(L)));
  },
  numericalRange: (A) => {
    if (A.rows > 6) return undefined;
    const { unit, scaled } = inUnits(A);
    const { abscissa, radius } = O.numericalRange(A, { angles: 8 });
    const rightmost = Math.max(...O.eigenvalues(scaled).map(({ re }) => re));
    return first(
      within('the abscissa below an eigenvalue', Math.max(0, rightmost - abscissa / unit), 1e-7 * A.rows),
      within('the radius over the norm', radius / unit, (1 + ROUNDING) * O.spectralNorm(scaled) + ROUNDING),
    );
  },
};
