// 1×1 → 3×3 → 1×1 convolutions with ReLU between them (Glow, §4), for couplings of images.
import * as tf from '@tensorflow/tfjs-core';
import type { Conditioner } from './conditioner.js';
import { normalVariable, SeedSequence, zerosVariable } from '../parameters/initializers.js';
import { asFloat } from '../bijection/batches.js';
import { requireInteger } from '../parameters/options.js';
import { ShapeError } from '../bijection/shapes.js';

export interface ConvolutionalOptions {
  inputChannels: number;
  outputChannels: number;
  hiddenDim: number;
  seed: number;
}

/**
 * 1×1 → 3×3 → 1×1 convolutions with ReLU between them (Kingma & Dhariwal 2018, Glow, arXiv 1807.03039, §4), the conditioner of couplings
 * of images: [B, h, w, inputChannels] → [B, h, w, outputChannels]. He-normal weights; the last layer is zero, so that a fresh coupling
 * is the identity.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Convolutional } from '@lin/invertible';
 * const network = new Convolutional({ inputChannels: 1, outputChannels: 2, hiddenDim: 4, seed: 1 });
 * console.log(network.kernels.map(({ shape }) => shape.join(' × ')));
 * console.log(network.apply(tf.ones([1, 3, 3, 1])).shape);
 * ```
 * ```text
 * [ '1 × 1 × 1 × 4', '3 × 3 × 4 × 4', '1 × 1 × 4 × 2' ]
 * [ 1, 3, 3, 2 ]
 * ```
 */
export class Convolutional implements Conditioner {
  readonly kernels: readonly tf.Variable[];
  readonly biases: readonly tf.Variable[];

  /** @throws RangeError for a width of hidden layers below 1, or a seed that is not a non-negative integer. */
  constructor({ inputChannels, outputChannels, hiddenDim, seed }: ConvolutionalOptions) {
    requireInteger('hiddenDim', hiddenDim);
    const seeds = new SeedSequence(seed);
    this.kernels = [
      normalVariable([1, 1, inputChannels, hiddenDim], Math.sqrt(2 / inputChannels), seeds.take()),
      normalVariable([3, 3, hiddenDim, hiddenDim], Math.sqrt(2 / (9 * hiddenDim)), seeds.take()),
      zerosVariable([1, 1, hiddenDim, outputChannels]),
    ];
    this.biases = [hiddenDim, hiddenDim, outputChannels].map((size) => zerosVariable([size]));
  }

  apply(x: tf.Tensor): tf.Tensor {
    const inputChannels = this.kernels[0]!.shape[2]!;
    // tf.conv2d takes three axes for one image without a batch.
    if (x.rank !== 4 || x.shape[3] !== inputChannels) {
      throw new ShapeError(
        `Convolutional: expected images [B, height, width, ${inputChannels}], but got [${x.shape.join(', ')}].`,
      );
    }
    return tf.tidy(() =>
      this.kernels.reduce<tf.Tensor>(
        (h, kernel, i) => {
          const input = i === 0 ? h : tf.relu(h);
          return tf.add(tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), this.biases[i]!);
        },
        asFloat('Convolutional', x),
      ),
    );
  }

  dispose(): void {
    tf.dispose([...this.kernels, ...this.biases]);
  }
}
