// Unlearning by editing A: Δ = L Rᵀ such that (A + Δ) z says nothing of who z is, for some identities, and nearly A z for all others.
// Directions are those of latents z = g_x(x), which A acts on; embeddings live in another space. The methods are derived in
// docs/unlearning.md.
import { columnsOf, multiply, scale, svd, trace, transpose, zeros, type Matrix } from '@lin/operator/linear-algebra';
import { LinearizerError } from '../errors.js';
import { functionsOf } from './covariance-functions.js';
import { meanOfRows, type LatentPopulation } from './latent-population.js';
import { leastSquaresEdit } from './least-squares-edit.js';
import { retainedChange, type EditFactors, type OperatorEdit, type UnlearningMethod } from './operator-edit.js';

export interface UnlearnOptions {
  /** A, m × n, as it is: with earlier edits, where there are some (`editedMatrix`). */
  A: Matrix;
  /** Latents of each identity that is to be forgotten, as rows of n. */
  identities: ReadonlyMap<number, Matrix>;
  /** Of latents that are to be mapped as before. */
  retained: LatentPopulation;
  /** Default `least-squares`. */
  method?: UnlearningMethod;
  /** Directions that are taken out, by `projection` and `low-rank`; default: one for each identity. `least-squares` takes one each. */
  rank?: number;
  /**
   * Of `least-squares`: what A is to give for those who are forgotten, m numbers; default zero. The point of `neutralValue` leaves their
   * images least in common.
   */
  destination?: ArrayLike<number>;
  /** Of `least-squares`: the most that retained values of A may change, root mean square, relative. */
  tolerance?: number;
}

/** A tenth of a radian, nearly: embeddings that move so far keep a cosine of 0.98. */
const TOLERANCE = 0.2;

/**
 * An edit of A that makes it forget people: Δ = L Rᵀ of low rank, such that (A + Δ) z says nothing of who z is, for some identities, and
 * nearly A z for all others. `editedMatrix(A, [edit])` applies it. The methods are derived in docs/unlearning.md.
 * @throws LinearizerError for no identities, latents of another length, an impossible rank, or an option of another method.
 * @example
 * ```ts
 * import { editedMatrix, latentPopulation, unlearn } from '@lin/linearizer';
 * import { fromRows, identity, toRows } from '@lin/operator';
 *
 * const others = fromRows([[0, 2, 0], [0, 2, 0.1], [0, 0, 1], [0.1, 0, 1]]);
 * const edit = unlearn({
 *   A: identity(3),
 *   identities: new Map([[7, fromRows([[3, 0, 0], [3, 0.1, 0]])]]), // two latents of person 7
 *   retained: latentPopulation(others, [1, 1, 2, 2]),
 *   method: 'projection',
 * });
 * console.log(edit.identities, edit.left.cols, edit.retainedChange.toFixed(2));
 * console.log(toRows(editedMatrix(identity(3), [edit])).map((row) => row.map((value) => value.toFixed(2))));
 * ```
 * ```text
 * [ 7 ] 1 0.03
 * [
 *   [ '0.00', '-0.02', '0.00' ],
 *   [ '-0.02', '1.00', '0.00' ],
 *   [ '0.00', '0.00', '1.00' ]
 * ]
 * ```
 */
export function unlearn({
  A,
  identities,
  retained,
  method = 'least-squares',
  rank,
  destination,
  tolerance,
}: UnlearnOptions): OperatorEdit {
  requireIdentities(identities, A.cols);
  requireRetained(retained, A.cols);
  if (method === 'least-squares' && rank !== undefined)
    throw new LinearizerError(
      'unlearn: least-squares takes one direction for each identity; leave rank out, or choose another method.',
    );
  if (method !== 'least-squares' && tolerance !== undefined)
    throw new LinearizerError(
      `unlearn: tolerance is an option of least-squares; ${method} reports the change it makes.`,
    );
  if (method !== 'least-squares' && destination !== undefined)
    throw new LinearizerError(`unlearn: destination is an option of least-squares; ${method} takes people to zero.`);
  const factors =
    method === 'least-squares'
      ? leastSquaresEdit({
          A,
          identities,
          retained,
          destination: finiteDestination(destination ?? new Float64Array(A.rows), A.rows),
          tolerance: tolerance ?? TOLERANCE,
        })
      : METHODS[method](A, stacked([...identities.values()]), retained, rank ?? identities.size);
  return {
    method,
    identities: [...identities.keys()],
    ...factors,
    retainedChange: retainedChange(A, factors, retained),
  };
}

type Method = (A: Matrix, forgotten: Matrix, retained: LatentPopulation, rank: number) => EditFactors;

const METHODS: Record<Exclude<UnlearningMethod, 'least-squares'>, Method> = {
  /** A′ = A (I − Q Qᵀ), Q the first left singular vectors of the identities' latents: what lies along them is gone, whosoever it is. */
  projection: (A, forgotten, _, rank) => {
    const Q = leading(transpose(forgotten), rank);
    return { left: scale(multiply(A, Q), -1), right: Q };
  },
  /**
   * The same in coordinates in which the retained latents are white, w = S^(−½) z: A′ = A − A S^½ U Uᵀ S^(−½), U the first left singular
   * vectors of the identities' w. Of all edits that map those to zero it changes A z least, root mean square over the retained z.
   */
  'low-rank': (A, forgotten, { secondMoment }, rank) => {
    const functionOf = functionsOf(secondMoment);
    const whitening = functionOf((value) => 1 / Math.sqrt(value));
    const U = leading(multiply(whitening, transpose(forgotten)), rank);
    return { left: scale(multiply(A, multiply(functionOf(Math.sqrt), U)), -1), right: multiply(whitening, U) };
  },
};

function leading(columns: Matrix, rank: number): Matrix {
  const most = Math.min(columns.rows, columns.cols);
  if (!Number.isInteger(rank) || rank < 1 || rank > most) {
    throw new LinearizerError(
      `unlearn: rank is ${rank}; ${columns.cols} latents of ${columns.rows} numbers give from 1 to ${most} directions.`,
    );
  }
  return columnsOf(svd(columns).U, 0, rank);
}

function stacked(parts: readonly Matrix[]): Matrix {
  const all = zeros(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    parts[0]!.cols,
  );
  let at = 0;
  for (const { data } of parts) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}

function finiteDestination(destination: ArrayLike<number>, size: number): Float64Array {
  const values = Float64Array.from(destination);
  if (values.length !== size || !values.every(Number.isFinite))
    throw new LinearizerError(
      `unlearn: destination has ${values.length} numbers${values.every(Number.isFinite) ? '' : ', not all finite'}; ` +
        `expected ${size} finite ones, a value of A.`,
    );
  return values;
}

function requireRetained({ secondMoment }: LatentPopulation, size: number): void {
  if (secondMoment.rows !== size)
    throw new LinearizerError(`unlearn: retained latents have ${secondMoment.rows} numbers, but A takes ${size}.`);
  if (!(trace(secondMoment) > 0))
    throw new LinearizerError(
      'unlearn: the retained latents are all zero, or not finite; expected those of images that are to stay.',
    );
}

function requireIdentities(identities: ReadonlyMap<number, Matrix>, size: number): void {
  if (identities.size === 0)
    throw new LinearizerError('unlearn: there is no identity to forget; give the latents of at least one.');
  for (const [identity, latents] of identities) {
    if (latents.rows < 1 || latents.cols !== size)
      throw new LinearizerError(
        `unlearn: identity ${identity} has ${latents.rows} latents of ${latents.cols} numbers; expected at least one, of ${size}.`,
      );
    if (
      !meanOfRows(
        latents,
        Array.from({ length: latents.rows }, (_, i) => i),
      ).every(Number.isFinite)
    ) {
      throw new LinearizerError(
        `unlearn: a latent of identity ${identity} is not finite; the model has diverged, or the image is damaged.`,
      );
    }
  }
}
