// The linear operator that maps latents to latents best, in closed form from one pass over a stream of them:
// min ‖A Z_x − Z_y‖² + λ ‖A − A₀‖².
// There is no intercept: a map with one takes zero elsewhere and is not linear; centre the latents where they are made, if at all.
import { OperatorError } from '../errors.js';
import type { Matrix } from '../linear-algebra/matrix/matrix.js';
import type { DenseOperator } from '../operators/dense-operator.js';
import type { LowRankOperator } from '../operators/low-rank-operator.js';
import type { OrthogonalOperator } from '../operators/orthogonal-operator.js';
import type { ProjectorOperator } from '../operators/projector-operator.js';
import { fitDense, fitLowRank, fitOrthogonal, fitProjector, type OperatorFit } from './closed-forms.js';
import type { LatentBatches } from './latent-blocks.js';
import { gatherLatents, type FitMethod, type LatentMoments } from './latent-moments.js';
import type { RidgeOptions } from './ridge.js';

/** The operators to choose from, and what the fit is made as. */
export interface FitForms {
  dense: DenseOperator;
  'low-rank': LowRankOperator;
  orthogonal: OrthogonalOperator;
  projector: ProjectorOperator;
}

export interface FitOperatorOptions<F extends keyof FitForms> {
  /** Default `dense`: all linear operators. */
  form?: F;
  /** Of `low-rank`, required; of `projector`, where the best one is not to be found. */
  rank?: number;
  /** λ ≥ 0; default 0. */
  ridge?: number;
  /** Of `dense` and `low-rank`: A₀, m × n, to which λ pulls A; default zero. */
  towards?: Matrix;
  /** Default `auto`: QR where the first rows' condition number asks for it, else normal equations. */
  method?: FitMethod | 'auto';
}

type Forms = {
  [F in keyof FitForms]: (
    moments: LatentMoments,
    options: RidgeOptions & { rank?: number },
  ) => OperatorFit<FitForms[F]>;
};

const FORMS: Forms = {
  dense: fitDense,
  'low-rank': (moments, { rank, ...options }) => {
    if (rank === undefined)
      throw new OperatorError('fitOperator: a low-rank operator has a rank; give one of at least 1.');
    return fitLowRank(moments, { ...options, rank });
  },
  orthogonal: fitOrthogonal,
  projector: fitProjector,
};

/**
 * The linear operator that maps latents to latents best: min ‖A Z_x − Z_y‖² + λ ‖A − A₀‖², in closed form. Reads the batches once, holding
 * one block of rows and n × (n + m) numbers whatever their count. Tensors are left to the giver, who may dispose a batch when asked
 * for the next.
 * @param batches `{ x, y }`, tensors or matrices [B, n] and [B, m], of any sizes.
 * @throws OperatorError for an empty stream, batches that do not fit together, or latents that are not finite.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { fitOperator, fromRows, multiply, toRows } from '@lin/operator';
 * const x = fromRows([[1, 0], [0, 1], [1, 1], [2, 1]]);
 * const y = multiply(x, [[0, 2], [1, 0]]); // rows times Aᵀ
 * const { operator, matrix, rank } = await fitOperator([{ x, y }]); // one batch
 * console.log(operator.constructor.name, toRows(matrix).map((row) => row.map((value) => Number(value.toFixed(6)) + 0)), rank);
 * operator.dispose();
 * ```
 * ```text
 * DenseOperator [ [ 0, 1 ], [ 2, 0 ] ] 2
 * ```
 */
export async function fitOperator<F extends keyof FitForms = 'dense'>(
  batches: LatentBatches,
  { form = 'dense' as F, rank, ridge, towards, method }: FitOperatorOptions<F> = {},
): Promise<OperatorFit<FitForms[F]>> {
  if (!Object.hasOwn(FORMS, form))
    throw new OperatorError(`fitOperator: form is ${form}; expected one of ${Object.keys(FORMS).join(', ')}.`);
  if (rank !== undefined && (form === 'dense' || form === 'orthogonal')) {
    throw new OperatorError(
      `fitOperator: a rank of ${rank} was given for a ${form} operator, which has none to choose; expected form low-rank or projector.`,
    );
  }
  if (towards && (form === 'orthogonal' || form === 'projector'))
    throw new OperatorError(`fitOperator: towards was given for a ${form} operator; expected form dense or low-rank.`);
  const moments = await gatherLatents(batches, { ...(method !== undefined && { method }) });
  const fit: Forms[F] = FORMS[form];
  return fit(moments, {
    ...(rank !== undefined && { rank }),
    ...(ridge !== undefined && { ridge }),
    ...(towards && { towards }),
  });
}
