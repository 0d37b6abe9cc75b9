// Linear layers whose largest singular value is bounded (Miyato et al. 2018, arXiv 1802.05957; for convolutions as the maps they are, Gouk
// et al.
// 2018, arXiv 1804.04368): kernel · min(1, bound / σ), σ by power iteration.
import * as tf from '@tensorflow/tfjs-core';
import { normalVariable, zerosVariable } from '../parameters/initializers.js';
import type { Shape } from '../bijection/shapes.js';

/** A linear map of samples by a kernel, and its transpose. */
export interface LinearMap {
  readonly inputShape: Shape;
  readonly kernelShape: Shape;
  apply(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor;
  transpose(y: tf.Tensor, kernel: tf.Tensor): tf.Tensor;
}

/** A kernel of which that holds, with its bias. */
export interface BoundedLayer {
  readonly map: LinearMap;
  readonly kernel: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** A singular value of 0 has no direction; float32's smallest normal number is 1e-38. */
const TINY = 1e-30;

export class SpectralLayer {
  readonly kernel: tf.Variable;
  readonly bias: tf.Variable;
  /** The estimate of the first right singular vector that power iteration starts from, [1, …]: saved, not trained. */
  readonly direction: tf.Variable;

  constructor(
    private readonly map: LinearMap,
    { standardDeviation, seed }: { standardDeviation: number; seed: number },
  ) {
    const { kernelShape, inputShape } = map;
    this.kernel =
      standardDeviation === 0
        ? zerosVariable([...kernelShape])
        : normalVariable([...kernelShape], standardDeviation, seed);
    this.bias = zerosVariable([kernelShape.at(-1)!]);
    this.direction = tf.tidy(() => tf.variable(tf.randomNormal([1, ...inputShape], 0, 1, 'float32', seed + 1), false));
  }

  /** A pure function of the variables: power iteration goes `iterations` rounds from the saved direction, and saves nothing. */
  bounded(bound: number, iterations: number): BoundedLayer {
    const v = tf.customGrad((kernel) => ({
      value: this.powerIteration(kernel as tf.Tensor, iterations),
      gradFunc: () => tf.zeros(this.kernel.shape), // dσ = uᵀ dA v: the singular vectors count as constants
    }))(this.kernel);
    const sigma = tf.sqrt(tf.add(tf.sum(tf.square(this.map.apply(v, this.kernel))), TINY));
    return { map: this.map, kernel: tf.mul(this.kernel, tf.div(bound, tf.maximum(sigma, bound))), bias: this.bias };
  }

  /** Saves the direction after further rounds. */
  update(iterations: number): void {
    tf.tidy(() => this.direction.assign(this.powerIteration(this.kernel, iterations)));
  }

  dispose(): void {
    tf.dispose([this.kernel, this.bias, this.direction]);
  }

  private powerIteration(kernel: tf.Tensor, iterations: number): tf.Tensor {
    let v: tf.Tensor = unit(this.direction, this.direction);
    for (let round = 0; round < iterations; round++) v = unit(this.map.transpose(this.map.apply(v, kernel), kernel), v);
    return v;
  }
}

/** w / |w|; `otherwise` where w is 0. */
function unit(w: tf.Tensor, otherwise: tf.Tensor): tf.Tensor {
  const length = tf.sqrt(tf.sum(tf.square(w)));
  return tf.where(tf.greater(length, TINY), tf.div(w, tf.maximum(length, TINY)), otherwise);
}

export function denseMap(inputs: number, outputs: number): LinearMap {
  return {
    inputShape: [inputs],
    kernelShape: [inputs, outputs],
    apply: (x, kernel) => tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D),
    transpose: (y, kernel) => tf.matMul(y as tf.Tensor2D, kernel as tf.Tensor2D, false, true),
  };
}

/** 3 × 3, zero padding. */
export function convolutionMap(height: number, width: number, inputs: number, outputs: number): LinearMap {
  return {
    inputShape: [height, width, inputs],
    kernelShape: [3, 3, inputs, outputs],
    apply: (x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'),
    transpose: (y, kernel) =>
      tf.conv2dTranspose(y as tf.Tensor4D, kernel as tf.Tensor4D, [y.shape[0]!, height, width, inputs], 1, 'same'),
  };
}
