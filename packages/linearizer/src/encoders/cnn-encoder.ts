// The g_x of the authors' notebook: a convolutional encoder to a feature vector, then a vector flow. Invertible from the features on, not
// from the image: the baseline that the image flow is measured against.
import * as tf from '@tensorflow/tfjs-core';
import {
  countCouplings,
  normalVariable,
  requireInteger,
  requireShape,
  requireSizes,
  SeedSequence,
  ShapeError,
  VectorFlow,
  zerosVariable,
  type Invertible,
  type Shape,
  type VectorFlowOptions,
} from '@lin/invertible';
import type { Encoder } from './encoder.js';

export interface CnnEncoderOptions {
  /** [height, width, channels]. */
  imageShape: Shape;
  /** Length of the core, at least 2; default 512. */
  latentDim?: number;
  /** Of the vector flow on the features. */
  coreFlow?: Omit<VectorFlowOptions, 'dim' | 'seed'>;
  /** The flow on the features itself, [latentDim] → [latentDim], instead of a new one; it is disposed with the encoder. */
  flow?: Invertible;
  /** Where the zeros go that a stride of 2 needs: TensorFlow's `same`, the default, or the same number on either side, as PyTorch. */
  padding?: 'same' | 'symmetric';
  seed?: number;
}

/** Output channels and window of each stride-2 convolution. */
const STAGES = [
  [64, 7],
  [128, 3],
  [256, 3],
  [512, 3],
] as const;
const EPSILON = 1e-5;

/**
 * The g_x of the authors' notebook, as a baseline: four convolutions of stride 2 to 64, 128, 256 and 512 channels, each with normalisation
 * and ReLU; the mean over positions; a linear layer to `latentDim` features; a vector flow. It is invertible from the features on, not from
 * the image. Its normalisations have fixed statistics, which `initialize` takes from a batch of images.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { CnnEncoder } from '@lin/linearizer';
 *
 * const encoder = new CnnEncoder({ imageShape: [16, 16, 1], latentDim: 4, coreFlow: { numBlocks: 2, hiddenDim: 8 } });
 * const images = tf.randomUniform([2, 16, 16, 1], -1, 1, 'float32', 1);
 * encoder.initialize(images);
 * const core = encoder.core(images);
 * console.log('core', core.shape, 'features', encoder.features(core).shape);
 * ```
 * ```text
 * core [ 2, 4 ] features [ 2, 4 ]
 * ```
 */
export class CnnEncoder implements Encoder {
  readonly imageShape: Shape;
  readonly latentDim: number;
  readonly stages: readonly Stage[];
  readonly projection: { readonly kernel: tf.Variable; readonly bias: tf.Variable };
  readonly flow: Invertible;

  /** @throws ShapeError for an imageShape that is no image, or a flow of another size. */
  constructor({ imageShape, latentDim = 512, coreFlow = {}, flow, padding = 'same', seed = 0 }: CnnEncoderOptions) {
    requireSizes('CnnEncoder', imageShape);
    if (imageShape.length !== 3)
      throw new ShapeError(`CnnEncoder: imageShape is [${imageShape.join(', ')}]; expected [height, width, channels].`);
    requireInteger('latentDim', latentDim, 2);
    const seeds = new SeedSequence(seed);
    this.imageShape = imageShape;
    this.latentDim = latentDim;
    let channels = imageShape[2]!;
    this.stages = STAGES.map(([width, window]) => {
      const stage = new Stage({ inputChannels: channels, width, window, padding, seed: seeds.take() });
      channels = width;
      return stage;
    });
    this.projection = {
      kernel: normalVariable([channels, latentDim], Math.sqrt(1 / channels), seeds.take()),
      bias: zerosVariable([latentDim]),
    };
    if (flow && String(flow.inputShape) !== String([latentDim])) {
      throw new ShapeError(
        `CnnEncoder: the flow takes [${flow.inputShape.join(', ')}], but latentDim is ${latentDim}.`,
      );
    }
    this.flow = flow ?? new VectorFlow({ ...coreFlow, dim: latentDim, seed: seeds.take() });
  }

  get numBlocks(): number {
    return countCouplings(this.flow);
  }

  /** Sets the batch normalisations from a batch of images; the scale and shift that are trained come after them. */
  initialize(x: tf.Tensor): void {
    requireShape('CnnEncoder.initialize', x, this.imageShape);
    tf.tidy(() => void this.stages.reduce((h, stage) => stage.calibrate(h), x as tf.Tensor4D));
  }

  /** [B, …imageShape] → [B, latentDim]. @throws ShapeError for images of another shape. */
  core(x: tf.Tensor): tf.Tensor2D {
    requireShape('CnnEncoder', x, this.imageShape);
    return tf.tidy(() => {
      const features = this.stages.reduce((h, stage) => stage.apply(h), x as tf.Tensor4D);
      const pooled = tf.mean<tf.Tensor2D>(features, [1, 2]);
      return this.flow.apply(
        tf.add(tf.matMul(pooled, this.projection.kernel as tf.Tensor2D), this.projection.bias),
      ) as tf.Tensor2D;
    });
  }

  /** From the core back to the features before the vector flow, [B, latentDim]; there is no way back to the image. */
  features(core: tf.Tensor2D): tf.Tensor2D {
    return this.flow.invert(core) as tf.Tensor2D;
  }

  dispose(): void {
    for (const stage of this.stages) stage.dispose();
    tf.dispose([this.projection.kernel, this.projection.bias]);
    this.flow.dispose();
  }
}

interface StageOptions {
  inputChannels: number;
  width: number;
  window: number;
  padding: 'same' | 'symmetric';
  seed: number;
}

/** Convolution → normalisation by fixed statistics → trained scale and shift → ReLU. */
class Stage {
  readonly kernel: tf.Variable;
  readonly mean: tf.Variable;
  readonly variance: tf.Variable;
  readonly scale: tf.Variable;
  readonly shift: tf.Variable;

  private readonly pad: 'same' | number;

  constructor({ inputChannels, width, window, padding, seed }: StageOptions) {
    this.pad = padding === 'same' ? 'same' : Math.floor(window / 2);
    this.kernel = normalVariable(
      [window, window, inputChannels, width],
      Math.sqrt(2 / (window * window * inputChannels)),
      seed,
    );
    this.mean = tf.tidy(() => tf.variable(tf.zeros([width]), false));
    this.variance = tf.tidy(() => tf.variable(tf.ones([width]), false));
    this.scale = tf.tidy(() => tf.variable(tf.ones([width])));
    this.shift = zerosVariable([width]);
  }

  /** The normalisation is part of kernel and bias: no pass over the image of its own. */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    const scale = tf.mul(this.scale, tf.rsqrt(tf.add(this.variance, EPSILON))); // [width]
    const bias = tf.sub(this.shift, tf.mul(this.mean, scale));
    return tf.relu(tf.add(tf.conv2d(x, tf.mul(this.kernel, scale) as tf.Tensor4D, 2, this.pad), bias)) as tf.Tensor4D;
  }

  calibrate(x: tf.Tensor4D): tf.Tensor4D {
    const { mean, variance } = tf.moments(tf.conv2d(x, this.kernel as tf.Tensor4D, 2, this.pad), [0, 1, 2]);
    this.mean.assign(mean);
    this.variance.assign(variance);
    return this.apply(x);
  }

  dispose(): void {
    tf.dispose([this.kernel, this.mean, this.variance, this.scale, this.shift]);
  }
}
