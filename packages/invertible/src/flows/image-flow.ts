// The multi-scale image flow: a bijection of images whose output is split into a core, which a linear operator acts on, and a residual.
// x → squeeze 4 → blocks → squeeze 2 → blocks → squeeze 2 → blocks → z → (core, residual);   block = actnorm → orthogonal mixing →
// coupling.
// Nothing is dropped on the way (Glow and RealNVP factor out half of each scale), so g⁻¹(core, residual) is the image itself.
import * as tf from '@tensorflow/tfjs-core';
import { Convolutional } from '../conditioners/convolutional.js';
import { SeedSequence } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';
import { requireShape, requireSizes, ShapeError, sizeOf, type Shape } from '../bijection/shapes.js';
import type { Invertible } from '../bijection/invertible.js';
import { ActNorm } from '../elementwise/actnorm.js';
import { AffineCoupling } from '../couplings/affine-coupling.js';
import { Chain } from '../containers/chain.js';
import { allOrNothing, initialize } from '../containers/initialize.js';
import { OrthogonalMixing } from '../linear/orthogonal-mixing.js';
import { Readout } from '../linear/readout.js';
import { Squeeze } from '../rearrange/squeeze.js';
import { countCouplings } from './count-couplings.js';
import { defaultMaxLogScale, VectorFlow, type VectorFlowOptions } from './vector-flow.js';

export interface ImageFlowOptions {
  /** [height, width, channels]; the sides must be multiples of 16. */
  imageShape: Shape;
  latentDim?: number;
  /** Coupling blocks at each of the three scales. */
  numBlocks?: readonly number[];
  /** Width of the conditioners' hidden layers at each scale. */
  hiddenDim?: readonly number[];
  /** Householder reflections of each mixing. */
  reflections?: number;
  /** Bound of each coupling's log-scale; default min(1, 4 / number of blocks). */
  maxLogScale?: number;
  /** The vector flow on the core; `false` leaves it out. */
  coreFlow?: Omit<VectorFlowOptions, 'dim' | 'seed'> | false;
  seed?: number;
}

const SQUEEZE_FACTORS = [4, 2, 2];
const SIDE_MULTIPLE = 16; // the product of the factors

/**
 * The multi-scale image flow: a bijection of images, [B, h, w, c], to a core [B, latentDim], which a linear operator acts on, and a
 * residual [B, h·w·c]. Blocks of [actnorm → orthogonal mixing → affine coupling] at three scales (Dinh et al. 2017, arXiv 1605.08803;
 * Kingma & Dhariwal 2018, arXiv 1807.03039); nothing is factored out (Jacobsen et al. 2018, i-RevNet, arXiv 1802.07088).
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ImageFlow } from '@lin/invertible';
 * const flow = new ImageFlow({ imageShape: [16, 16, 1], latentDim: 4, numBlocks: [1, 0, 0], hiddenDim: [4, 4, 4], coreFlow: false });
 * const x = tf.randomUniform<tf.Rank.R4>([2, 16, 16, 1], -1, 1, 'float32', 1);
 * flow.initialize(x);
 * const { core, residual, logDet } = flow.encode(x);
 * console.log(core.shape, residual.shape, logDet.shape);
 * console.log(tf.max(tf.abs(tf.sub(flow.decode(core, residual), x))).dataSync()[0]! < 1e-5);
 * ```
 * ```text
 * [ 2, 4 ] [ 2, 256 ] [ 2 ]
 * true
 * ```
 */
export class ImageFlow {
  readonly imageShape: Shape;
  readonly latentDim: number;
  /** Image to z, the flattened output of the last scale. */
  readonly scales: Chain;
  readonly readout: Readout;
  /** Standardises the readout, then the vector flow. */
  readonly coreLayers: Chain;

  /** @throws RangeError or ShapeError for options that make no flow. */
  constructor({
    imageShape,
    latentDim = 512,
    numBlocks = [3, 4, 4],
    hiddenDim = [64, 128, 256],
    reflections = 8,
    maxLogScale,
    coreFlow = {},
    seed = 0,
  }: ImageFlowOptions) {
    requireImageShape(imageShape);
    requireScales(numBlocks, hiddenDim);
    requireInteger('latentDim', latentDim, coreFlow ? 2 : 1);
    const seeds = new SeedSequence(seed);
    this.imageShape = imageShape;
    this.latentDim = latentDim;
    this.readout = new Readout({ inputDim: sizeOf(imageShape), latentDim, seed: seeds.take() });
    const total = numBlocks.reduce((sum, count) => sum + count, 0);
    this.scales = multiScale({
      imageShape,
      numBlocks,
      hiddenDim,
      reflections,
      maxLogScale: maxLogScale ?? defaultMaxLogScale(total),
      seeds,
    });
    const layers: Invertible[] = [new ActNorm({ shape: [latentDim] })];
    if (coreFlow) layers.push(new VectorFlow({ ...coreFlow, dim: latentDim, seed: seeds.take() }));
    this.coreLayers = new Chain(layers);
  }

  /** From the image to z, first to last; the readout and the core's flow come after them. */
  get layers(): readonly Invertible[] {
    return this.scales.layers;
  }

  /** Couplings from image to core. */
  get numBlocks(): number {
    return countCouplings(this.scales) + countCouplings(this.coreLayers);
  }

  /**
   * Sets every actnorm from a batch of at least two images, in order: once, before training. On an error the flow stays as it was.
   * @throws Error when it ran before, ShapeError or RangeError for images that an `ActNorm` refuses.
   */
  initialize(x: tf.Tensor): void {
    requireShape('ImageFlow.initialize', x, this.imageShape);
    allOrNothing([this.scales, this.coreLayers], () => {
      initialize(this.scales.layers, x);
      initialize(this.coreLayers.layers, this.readout.core(this.flatten(x)));
    });
  }

  /** g_x as training sees it: [B, h, w, c] → [B, latentDim]. */
  core(x: tf.Tensor): tf.Tensor2D {
    return tf.tidy(() => this.coreLayers.apply(this.readout.core(this.flatten(x))) as tf.Tensor2D);
  }

  /**
   * The whole bijection: core [B, latentDim] and residual [B, h·w·c], which lies in the null space of the readout.
   * `logDet` [B] measures the residual in orthonormal coordinates of that space.
   */
  encode(x: tf.Tensor): { core: tf.Tensor2D; residual: tf.Tensor2D; logDet: tf.Tensor1D } {
    requireShape('ImageFlow', x, this.imageShape);
    return tf.tidy(() => {
      const { y, logDet } = this.scales.applyWithLogDet(x);
      const { core, residual } = this.readout.split(tf.reshape(y, [x.shape[0]!, this.readout.inputDim]));
      const latent = this.coreLayers.applyWithLogDet(core);
      const total = tf.add(tf.add(logDet, latent.logDet), this.readout.logDeterminant());
      return { core: latent.y as tf.Tensor2D, residual, logDet: total as tf.Tensor1D };
    });
  }

  /** The image with this core and residual: g_x⁻¹. */
  decode(core: tf.Tensor2D, residual: tf.Tensor2D): tf.Tensor4D {
    requireShape('ImageFlow inverse', core, [this.latentDim]);
    return tf.tidy(() => {
      const z = this.readout.merge(this.coreLayers.invert(core) as tf.Tensor2D, residual);
      return this.scales.invert(tf.reshape(z, [core.shape[0], ...this.scales.outputShape])) as tf.Tensor4D;
    });
  }

  /** Condition number of the readout's Gram matrix: how unevenly it sees its directions. */
  readoutCondition(): number {
    return this.readout.condition();
  }

  dispose(): void {
    this.scales.dispose();
    this.readout.dispose();
    this.coreLayers.dispose();
  }

  private flatten(x: tf.Tensor): tf.Tensor2D {
    return tf.reshape(this.scales.apply(x), [x.shape[0]!, this.readout.inputDim]);
  }
}

function requireImageShape(shape: Shape): void {
  requireSizes('ImageFlow', shape);
  const [height, width] = shape;
  if (shape.length === 3 && height! % SIDE_MULTIPLE === 0 && width! % SIDE_MULTIPLE === 0) return;
  throw new ShapeError(
    `ImageFlow: imageShape is [${shape.join(', ')}]; expected [height, width, channels] with sides that are multiples of ${SIDE_MULTIPLE}.`,
  );
}

function requireScales(numBlocks: readonly number[], hiddenDim: readonly number[]): void {
  if (numBlocks.length !== SQUEEZE_FACTORS.length || hiddenDim.length !== SQUEEZE_FACTORS.length) {
    throw new RangeError(
      `ImageFlow has ${SQUEEZE_FACTORS.length} scales: expected one number for each in numBlocks and in ` +
        `hiddenDim, but got [${numBlocks.join(', ')}] and [${hiddenDim.join(', ')}].`,
    );
  }
  numBlocks.forEach((count, scale) => requireInteger(`numBlocks[${scale}]`, count, 0));
  hiddenDim.forEach((size, scale) => requireInteger(`hiddenDim[${scale}]`, size));
}

interface MultiScaleOptions extends Required<
  Pick<ImageFlowOptions, 'imageShape' | 'numBlocks' | 'hiddenDim' | 'reflections' | 'maxLogScale'>
> {
  seeds: SeedSequence;
}

function multiScale({ imageShape, numBlocks, hiddenDim, reflections, maxLogScale, seeds }: MultiScaleOptions): Chain {
  const layers: Invertible[] = [];
  let shape = imageShape;
  SQUEEZE_FACTORS.forEach((factor, scale) => {
    const squeeze = new Squeeze({ shape, factor });
    shape = squeeze.outputShape;
    layers.push(squeeze);
    for (let block = 0; block < numBlocks[scale]!; block++) {
      layers.push(
        new ActNorm({ shape }),
        new OrthogonalMixing({ shape, reflections, seed: seeds.take() }),
        new AffineCoupling({
          shape,
          transforms: block % 2 === 0 ? 'second' : 'first',
          maxLogScale,
          conditioner: (inputChannels, outputChannels) =>
            new Convolutional({ inputChannels, outputChannels, hiddenDim: hiddenDim[scale]!, seed: seeds.take() }),
        }),
      );
    }
  });
  return new Chain(layers);
}
