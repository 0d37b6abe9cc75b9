// A multilayer perceptron, for couplings of vectors.
import * as tf from '@tensorflow/tfjs-core';
import type { Conditioner } from './conditioner.js';
import { normalVariable, SeedSequence, zerosVariable } from '../parameters/initializers.js';
import { asFloat, requireInteger, requireShape } from '../bijection/invertible.js';

export interface MlpOptions {
  inputSize: number;
  outputSize: number;
  hiddenDim: number;
  /** Linear layers, at least 2; ReLU between them. */
  numLayers: number;
  seed: number;
}

/** He-normal weights; the last layer is zero, so that a fresh coupling is the identity. */
export class Mlp implements Conditioner {
  readonly kernels: readonly tf.Variable[];
  readonly biases: readonly tf.Variable[];

  constructor({ inputSize, outputSize, hiddenDim, numLayers, seed }: MlpOptions) {
    requireInteger('hiddenDim', hiddenDim);
    requireInteger('numLayers', numLayers, 2);
    const seeds = new SeedSequence(seed);
    const sizes = [inputSize, ...Array<number>(numLayers - 1).fill(hiddenDim), outputSize];
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
