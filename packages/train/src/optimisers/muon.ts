// Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) for matrices, scaled as by Liu et al. 2025
// (https://arxiv.org/abs/2502.16982, section 2.2), and AdamW for the rest.
import * as tf from '@tensorflow/tfjs-core';
import { adamWUpdater, type AdamWOptions } from './adamw.js';
import { orthogonalised } from './newton-schulz.js';
import { SlotOptimiser, type UpdateStep, type UpdateVariable } from './slot-optimiser.js';
import { WeightDecay } from './weight-decay.js';

/** `beta1`, `beta2` and `epsilon` are AdamW's. */
export interface MuonOptions extends AdamWOptions {
  /** μ, in [0, 1): decay of the matrices' momentum; default 0.95. */
  momentum?: number;
  /** true: the direction looks ahead along the momentum, by (1 − μ)g + μm. Default true. */
  nesterov?: boolean;
  /**
   * Which variables are updated as matrices; default: those of rank 2 and above with more than one row and column. A convolution's kernel
   * [h, w, in, out] is the matrix [h·w·in, out].
   */
  isMatrix?: (name: string, variable: tf.Variable) => boolean;
}

/**
 * Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/): the momentum m ← μm + (1 − μ)g of a matrix is replaced by the
 * nearest orthogonal one, so that rare directions learn as fast as common ones. θ ← θ − η(0.2 √max(rows, columns) · orthogonalised(m) +
 * λθ): with that factor (Liu et al. 2025, https://arxiv.org/abs/2502.16982, eq. 4) steps are as large as AdamW's, which updates the vectors
 * and scalars with the same learning rate. `weightDecay` is 0.1 by default.
 * @throws RangeError for a momentum outside [0, 1), a clipNorm or clipValue that is not above 0, or a weight decay below 0.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { initEngine } from '@lin/engine';
 * import { Muon } from '@lin/train';
 * await initEngine();
 *
 * const w = tf.variable(tf.zeros([2, 2]));
 * const muon = new Muon(new Map([['w', w as tf.Variable]]));
 * muon.applyGradients({ [w.name]: tf.tensor2d([[1, 0], [0, 0.1]]) }, tf.scalar(0.1));
 * const [large, , , small] = w.dataSync(); // ten times the gradient, about the same step
 * console.log(large! / small! < 1.5, [...muon.namedState().keys()]);
 * ```
 * ```text
 * true [ 'momentum.w' ]
 * ```
 */
export class Muon extends SlotOptimiser<'momentum' | 'm' | 'v'> {
  readonly name = 'muon';
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  private readonly decay: WeightDecay;
  private readonly matrices: ReadonlySet<tf.Variable>;

  constructor(
    parameters: ReadonlyMap<string, tf.Variable>,
    {
      momentum = 0.95,
      nesterov = true,
      isMatrix = hasRowsAndColumns,
      beta1 = 0.9,
      beta2 = 0.999,
      epsilon = 1e-8,
      weightDecay = 0.1,
      decays,
      ...clipping
    }: MuonOptions = {},
  ) {
    if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`momentum is ${momentum}; expected one in [0, 1).`);
    const decay = new WeightDecay(parameters, weightDecay, decays);
    const matrices = new Set([...parameters].filter(([name, one]) => isMatrix(name, one)).map(([, one]) => one));
    super(parameters, (_, variable) => (matrices.has(variable) ? ['momentum'] : ['m', 'v']), clipping);
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decay = decay;
    this.matrices = matrices;
  }

  protected updater(step: UpdateStep): UpdateVariable<'momentum' | 'm' | 'v'> {
    const updateMatrix = this.matrixUpdater(step);
    const updateOther = adamWUpdater(this, this.decay, step);
    return (slots, gradient) => {
      if (this.matrices.has(slots.variable)) updateMatrix(slots, gradient);
      else updateOther(slots, gradient);
    };
  }

  private matrixUpdater({ learningRate, isFinite }: UpdateStep): UpdateVariable<'momentum'> {
    const rate = tf.where(isFinite, learningRate, 0) as tf.Scalar;
    const share = tf.where(isFinite, 1 - this.momentum, 0);
    return ({ variable, state: { momentum } }, gradient) => {
      momentum.assign(tf.add(momentum, tf.mul(tf.sub(gradient, momentum), share)));
      const direction = this.nesterov
        ? tf.add(gradient, tf.mul(tf.sub(momentum, gradient), this.momentum))
        : (momentum as tf.Tensor);
      const columns = variable.shape.at(-1)!;
      const matrix = tf.reshape(direction, [-1, columns]) as tf.Tensor2D;
      const size = 0.2 * Math.sqrt(Math.max(...matrix.shape)); // root mean square of AdamW's steps, 0.2
      const update = tf.mul(tf.reshape(orthogonalised(matrix), variable.shape), size);
      variable.assign(tf.sub(this.decay.decayed(variable, rate), tf.mul(update, rate)));
    };
  }
}

const hasRowsAndColumns = (_: string, { rank, shape, size }: tf.Variable) =>
  rank > 1 && shape.at(-1)! > 1 && size > shape.at(-1)!;
