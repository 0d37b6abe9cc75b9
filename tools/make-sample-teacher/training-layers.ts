// The sample teacher's layers while it learns: tfjs variables, batch normalisation by the batch's own statistics.
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '@lin/data';
import { batchNorm } from '@lin/engine';
import type { ConvolutionShape, Layers } from './network.js';

export interface BatchStatistics {
  mean: tf.Tensor1D;
  variance: tf.Tensor1D;
}

export class TrainingLayers implements Layers<tf.Tensor> {
  /** `<layer>.kernel`, `<layer>.scale`, `<layer>.offset`: each made when its layer is walked for the first time. */
  readonly variables = new Map<string, tf.Variable>();
  /** Is shown the statistics of every batch normalisation that is walked; they are disposed of with the walk. */
  onStatistics: ((layer: string, statistics: BatchStatistics) => void) | undefined;
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  convolution(x: tf.Tensor, name: string, { from, to, window, stride }: ConvolutionShape): tf.Tensor {
    const kernel = this.kernel(name, [window, window, from, to], Math.sqrt(2 / (window * window * from)));
    return this.normalise(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'same'), name);
  }

  relu(x: tf.Tensor): tf.Tensor {
    return tf.relu(x);
  }

  add(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    return tf.add(x, y);
  }

  overPositions(x: tf.Tensor, name: string, { side, channels }: { side: number; channels: number }): tf.Tensor {
    const kernel = this.kernel(name, [side, side, channels], 1 / side);
    return this.normalise(tf.sum(tf.mul(x, kernel), [1, 2]), name); // [B, channels]
  }

  linear(x: tf.Tensor, name: string, { from, to }: { from: number; to: number }): tf.Tensor {
    return this.normalise(
      tf.matMul(x as tf.Tensor2D, this.kernel(name, [from, to], Math.sqrt(1 / from)) as tf.Tensor2D),
      name,
    );
  }

  private normalise(x: tf.Tensor, name: string): tf.Tensor {
    const channels = x.shape.at(-1)!;
    const scale = this.variable(`${name}.scale`, () => tf.ones([channels])) as tf.Tensor1D;
    const offset = this.variable(`${name}.offset`, () => tf.zeros([channels])) as tf.Tensor1D;
    const positions = x.rank === 4 ? (x as tf.Tensor4D) : (tf.reshape(x, [-1, 1, 1, channels]) as tf.Tensor4D);
    const { y, mean, variance } = batchNorm(positions, { scale, offset });
    this.onStatistics?.(name, { mean, variance });
    return tf.reshape(y, x.shape);
  }

  /** Normally distributed (He et al. 2015, arXiv 1502.01852). */
  private kernel(layer: string, shape: number[], deviation: number): tf.Variable {
    return this.variable(`${layer}.kernel`, () => {
      const values = Float32Array.from(
        { length: tf.util.sizeFromShape(shape) },
        () => deviation * this.random.normal(),
      );
      return tf.tensor(values, shape);
    });
  }

  private variable(name: string, initial: () => tf.Tensor): tf.Variable {
    const known = this.variables.get(name);
    if (known) return known;
    const made = tf.tidy(() => tf.variable(initial(), true));
    this.variables.set(name, made);
    return made;
  }
}
