// A multilayer perceptron, for couplings of vectors.
import * as tf from '@tensorflow/tfjs-core';
import type { Conditioner } from './conditioner.js';
import { normalVariable, SeedSequence, zerosVariable } from '../parameters/initializers.js';
import { asFloat } from '../bijection/batches.js';
import { requireInteger } from '../parameters/options.js';
import { requireShape } from '../bijection/shapes.js';

export interface MlpOptions {
  inputDim: number;
  outputDim: number;
  hiddenDim: number;
  /** Linear layers, at least 2; ReLU between them. */
  numLayers: number;
  seed: number;
}

/**
 * A multilayer perceptron, the conditioner of couplings of vectors: [B, inputDim] → [B, outputDim], linear layers with ReLU between
 * them. He-normal weights (He et al. 2015, arXiv 1502.01852, eq. 10); the last layer is zero, so that a fresh coupling is the identity.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { Mlp } from '@lin/invertible';
 * const network = new Mlp({ inputDim: 2, outputDim: 4, hiddenDim: 8, numLayers: 3, seed: 1 });
 * console.log(network.kernels.map(({ shape }) => shape.join(' × ')));
 * network.apply(tf.ones([1, 2])).print();
 * ```
 * ```text
 * [ '2 × 8', '8 × 8', '8 × 4' ]
 * Tensor
 *      [[0, 0, 0, 0],]
 * ```
 */
export class Mlp implements Conditioner {
  readonly kernels: readonly tf.Variable[];
  readonly biases: readonly tf.Variable[];

  /** @throws RangeError for a width of hidden layers below 1, fewer than 2 layers, or a seed that is not a non-negative integer. */
  constructor({ inputDim, outputDim, hiddenDim, numLayers, seed }: MlpOptions) {
    requireInteger('hiddenDim', hiddenDim);
    requireInteger('numLayers', numLayers, 2);
    const seeds = new SeedSequence(seed);
    const sizes = [inputDim, ...Array<number>(numLayers - 1).fill(hiddenDim), outputDim];
    this.kernels = sizes.slice(1).map((size, i) => {
      const fanIn = sizes[i]!;
      return i === numLayers - 1
        ? zerosVariable([fanIn, size])
        : normalVariable([fanIn, size], Math.sqrt(2 / fanIn), seeds.take());
    });
    this.biases = sizes.slice(1).map((size) => zerosVariable([size]));
  }

  apply(x: tf.Tensor): tf.Tensor {
    requireShape('Mlp', x, [this.kernels[0]!.shape[0]!]);
    return tf.tidy(() =>
      this.kernels.reduce<tf.Tensor>(
        (h, kernel, i) => {
          const input = i === 0 ? h : tf.relu(h);
          return tf.add(tf.matMul(input as tf.Tensor2D, kernel as tf.Tensor2D), this.biases[i]!);
        },
        asFloat('Mlp', x),
      ),
    );
  }

  dispose(): void {
    tf.dispose([...this.kernels, ...this.biases]);
  }
}
