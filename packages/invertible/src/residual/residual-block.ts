// Invertible residual blocks (Behrmann et al. 2019, i-ResNet, arXiv 1811.00995): y = x + F(x), F a contraction. log|det| = log det(I + J).
import * as tf from '@tensorflow/tfjs-core';
import { JacobianAtInput } from '../bijection/jacobian-at-input.js';
import { SeedSequence } from '../parameters/initializers.js';
import { asFloat } from '../bijection/batches.js';
import { channelsOf, requireShape, ShapeError, sizeOf, type Shape } from '../bijection/shapes.js';
import { requireInteger } from '../parameters/options.js';
import { Contraction } from './contraction.js';
import { fixedPoint, requireConverged, type FixedPoint, type FixedPointOptions } from './fixed-point.js';
import { exactLogDeterminant, russianRoulette, type ResidualLogDeterminant } from './log-determinant.js';
import { convolutionMap, denseMap, SpectralLayer } from './spectral-layer.js';

export interface ResidualBlockOptions extends Partial<FixedPointOptions> {
  /** [n], or [height, width, channels]: F is of linear layers, or of 3 × 3 convolutions. */
  shape: Shape;
  /** Width of F's hidden layers. */
  hiddenDim?: number;
  /** Linear layers of F, at least 2. */
  numLayers?: number;
  /** c: F shortens distances by this factor or more, 0 < c < 1. The block's gain is below 1 + c, that of its inverse below 1 / (1 − c). */
  contraction?: number;
  /** Rounds of power iteration in every pass, from the saved direction on. */
  powerIterations?: number;
  /** Exact up to 32 numbers a sample, else `russianRoulette({ seed })`, unless given. */
  logDeterminant?: ResidualLogDeterminant;
  seed: number;
}

/** d products with J for samples of d numbers: beyond, estimates are cheaper. */
const LARGEST_EXACT_SIZE = 32;

/**
 * An invertible residual block (Behrmann et al. 2019, i-ResNet, arXiv 1811.00995): y = x + F(x), F a contraction by spectral
 * normalisation; [B, n] or [B, h, w, c] both ways. Its inverse is a fixed point (algorithm 1), its log-determinant exact or estimated
 * (Chen et al. 2019, arXiv 1906.02735).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ResidualBlock } from '@lin/invertible';
 * const block = new ResidualBlock({ shape: [2], hiddenDim: 8, contraction: 0.5, seed: 1 });
 * block.layers.at(-1)!.bias.assign(tf.tensor1d([1, -1]));
 * const y = block.apply(tf.tensor2d([[3, 4]]));
 * y.print();
 * const { converged, iterations } = block.solve(y);
 * console.log(converged, iterations);
 * ```
 * ```text
 * Tensor
 *      [[4, 3],]
 * true 2
 * ```
 */
export class ResidualBlock extends JacobianAtInput {
  readonly contraction: number;
  readonly layers: readonly SpectralLayer[];
  private readonly powerIterations: number;
  private readonly solving: FixedPointOptions;
  private readonly logDeterminantOfResidual: ResidualLogDeterminant;

  /** @throws ShapeError for another shape, RangeError for an option out of range. */
  constructor({
    shape,
    hiddenDim = 64,
    numLayers = 3,
    contraction = 0.9,
    powerIterations = 10,
    tolerance = 1e-6,
    maxIterations = 300,
    logDeterminant,
    seed,
  }: ResidualBlockOptions) {
    const channels = channelsOf('ResidualBlock', shape);
    if (shape.length !== 1 && shape.length !== 3) {
      throw new ShapeError(`ResidualBlock: shape is [${shape.join(', ')}]; expected [n] or [height, width, channels].`);
    }
    if (!(contraction > 0 && contraction < 1))
      throw new RangeError(`contraction is ${contraction}: expected a number above 0 and below 1.`);
    if (!(tolerance > 0 && tolerance < 1))
      throw new RangeError(`tolerance is ${tolerance}: expected a number above 0 and below 1.`);
    requireInteger('hiddenDim', hiddenDim);
    requireInteger('numLayers', numLayers, 2);
    requireInteger('powerIterations', powerIterations);
    requireInteger('maxIterations', maxIterations);
    const seeds = new SeedSequence(seed);
    const sizes = [channels, ...Array<number>(numLayers - 1).fill(hiddenDim), channels];
    super('ResidualBlock', { inputShape: shape });
    this.contraction = contraction;
    this.layers = sizes.slice(1).map((outputs, i) => {
      const inputs = sizes[i]!;
      const map =
        shape.length === 1 ? denseMap(inputs, outputs) : convolutionMap(shape[0]!, shape[1]!, inputs, outputs);
      const fanIn = sizeOf(map.kernelShape) / outputs;
      return new SpectralLayer(map, {
        standardDeviation: i === numLayers - 1 ? 0 : Math.sqrt(1 / fanIn),
        seed: seeds.take(),
      });
    });
    this.powerIterations = powerIterations;
    this.solving = { tolerance, maxIterations };
    this.logDeterminantOfResidual =
      logDeterminant ??
      (sizeOf(shape) <= LARGEST_EXACT_SIZE ? exactLogDeterminant() : russianRoulette({ seed: seeds.take() }));
    this.updateSpectralNorms(INITIAL_ROUNDS);
  }

  protected map(x: tf.Tensor): tf.Tensor {
    return tf.add(x, this.residual().value(x));
  }

  /** @throws NotConvergedError where the iterations end before the tolerance is reached. */
  protected unmap(y: tf.Tensor): tf.Tensor {
    return this.differentiableInverse(y, this.residual());
  }

  protected logDeterminant(x: tf.Tensor): tf.Tensor1D {
    return this.logDeterminantOfResidual(this.residual(), x);
  }

  /** The inverse with a report of its iterations, and no error where it did not converge. Without gradients. */
  solve(y: tf.Tensor, options: Partial<FixedPointOptions> = {}): FixedPoint {
    requireShape('ResidualBlock solve', y, this.outputShape);
    if (y.shape[0] === 0) return { x: y.clone(), iterations: 0, change: 0, converged: true };
    return tf.tidy(() => {
      const { x, ...report } = solution(asFloat('ResidualBlock solve', y), this.residual(), {
        ...this.solving,
        ...options,
      });
      return { ...report, x };
    });
  }

  /**
   * Saves better estimates of the singular vectors. To be called now and then while training, such as after every step: without it the
   * norms are those that `powerIterations` rounds find from where they were last saved.
   */
  updateSpectralNorms(iterations = 1): void {
    requireInteger('iterations', iterations);
    for (const layer of this.layers) layer.update(iterations);
  }

  override dispose(): void {
    for (const layer of this.layers) layer.dispose();
  }

  /** F, every layer bounded by the root of c that makes the product c. */
  private residual(): Contraction {
    const bound = this.contraction ** (1 / this.layers.length);
    return new Contraction(
      this.layers.map((layer) => layer.bounded(bound, this.powerIterations)),
      this.contraction,
    );
  }

  /**
   * x* of the iterations, which have no gradient, less r = x* + F(x*) − y: one iteration more, to which dx = (I + J)⁻¹(dy − dF) gives the
   * gradient with respect to y and to F's parameters. (I + Jᵀ)⁻¹ is applied by a fixed point too.
   */
  private differentiableInverse(y: tf.Tensor, residual: Contraction): tf.Tensor {
    const x = tf.customGrad((target) => ({
      value: requireConverged(
        'ResidualBlock inverse',
        solution(target as tf.Tensor, residual, this.solving),
        this.solving.tolerance,
      ),
      gradFunc: (dx: tf.Tensor) => tf.zerosLike(dx),
    }))(y);
    const r = tf.sub(tf.add(x, residual.value(x)), y);
    const { solving } = this;
    const step = tf.customGrad((error, save) => {
      (save as tf.GradSaveFunc)([x]);
      return {
        value: (error as tf.Tensor).clone(),
        gradFunc: (dx: tf.Tensor, saved: tf.Tensor[]) => this.solveTransposed(saved[0]!, dx, solving),
      };
    })(r);
    return tf.sub(x, step);
  }

  /** (I + Jᵀ)⁻¹ dx at x. */
  private solveTransposed(x: tf.Tensor, dx: tf.Tensor, solving: FixedPointOptions): tf.Tensor {
    const scale = tf.maximum(tf.max(tf.abs(dx)), Number.MIN_VALUE); // gradients may be small: the tolerance is relative to them
    const { vjp } = this.residual().linearize(x);
    const result = fixedPoint(tf.div(dx, scale), (w) => tf.neg(vjp(w)), solving);
    return tf.mul(requireConverged("ResidualBlock inverse's gradient", result, solving.tolerance), scale);
  }
}

/** From random directions to ones that later rounds only have to keep up. */
const INITIAL_ROUNDS = 30;

const solution = (y: tf.Tensor, residual: Contraction, options: FixedPointOptions) =>
  fixedPoint(y, (x) => tf.neg(residual.value(x)), options);
