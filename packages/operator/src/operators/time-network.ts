// A small network of time: t → sinusoidal features → two hidden layers (SiLU) → a matrix. The architecture of the flow-matching
// Linearizer's code (arXiv 2510.08570); the features are those of Vaswani et al. 2017 (arXiv 1706.03762, §3.5) with t in [0, 1] scaled up
// to their range.
import * as tf from '@tensorflow/tfjs-core';

export interface TimeNetworkOptions {
  outputShape: readonly [rows: number, columns: number];
  hiddenDim: number;
  seed: number;
}

const FREQUENCIES = 64;
const LARGEST_PERIOD = 10_000; // of the slowest feature, in units of scaled time
const TIME_SCALE = 1000; // so that neighbouring steps of a flow of some hundred differ in the fast features

export class TimeNetwork {
  readonly outputShape: readonly [rows: number, columns: number];
  /** [features, hidden], [hidden, hidden], [hidden, rows · columns]. */
  readonly kernels: readonly tf.Variable<tf.Rank.R2>[];
  readonly biases: readonly tf.Variable<tf.Rank.R1>[];

  constructor({ outputShape, hiddenDim, seed }: TimeNetworkOptions) {
    this.outputShape = outputShape;
    const widths = [2 * FREQUENCIES, hiddenDim, hiddenDim, outputShape[0] * outputShape[1]];
    const layers = widths
      .slice(1)
      .map((width, layer) => ({ inputs: widths[layer]!, width, seed: 3 * seed + layer + 1 })); // tfjs takes 0 for no seed
    this.kernels = layers.map(({ inputs, width, seed: own }, layer) => {
      const gain = layer === 2 ? 1 / Math.sqrt(outputShape[0]) : 1; // columns of length about 1
      return tf.tidy(() =>
        tf.variable(tf.randomNormal([inputs, width], 0, gain / Math.sqrt(inputs), 'float32', own) as tf.Tensor2D),
      );
    });
    this.biases = layers.map(({ width }) => tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([width]))));
  }

  /** t [B] → [B, rows, columns]. */
  apply(t: tf.Tensor1D): tf.Tensor3D {
    return tf.tidy(() => {
      const output = this.kernels.reduce<tf.Tensor2D>((value, kernel, layer) => {
        const input = layer === 0 ? value : tf.mul<tf.Tensor2D>(value, tf.sigmoid(value));
        return tf.add(tf.matMul(input, kernel), this.biases[layer]!);
      }, sinusoidalFeatures(t));
      return tf.reshape(output, [t.shape[0], ...this.outputShape]);
    });
  }

  dispose(): void {
    [...this.kernels, ...this.biases].forEach((variable) => variable.dispose());
  }
}

/** [sin(ω_k t), cos(ω_k t)] with ω falling from TIME_SCALE to TIME_SCALE / LARGEST_PERIOD, [B, 2 · FREQUENCIES]. */
function sinusoidalFeatures(t: tf.Tensor1D): tf.Tensor2D {
  const frequencies = Float32Array.from(
    { length: FREQUENCIES },
    (_, k) => TIME_SCALE * LARGEST_PERIOD ** (-k / (FREQUENCIES - 1)),
  );
  const angles = tf.mul<tf.Tensor2D>(tf.expandDims(t, 1), tf.tensor2d(frequencies, [1, FREQUENCIES]));
  return tf.concat2d([tf.sin(angles), tf.cos(angles)], 1);
}
