// MADE (Germain et al. 2015, arXiv 1502.03509): a perceptron whose kernels are masked so that the parameters of an element depend on the
// elements before it, and on a context, alone. Every unit has a degree; a connection stays where degrees do not fall, and rise on the way
// out (§4).
import * as tf from '@tensorflow/tfjs-core';
import { normalVariable, SeedSequence, zerosVariable } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';

export interface MaskedMlpOptions {
  /** The place of each element in the order of dependence: a permutation of 0 … D − 1. */
  places: readonly number[];
  parametersPerElement: number;
  /** Inputs behind the D elements that every output may depend on. */
  contextSize: number;
  hiddenDim: number;
  /** Linear layers, at least 2; ReLU between them. */
  numLayers: number;
  seed: number;
}

/** What every unit may look at. */
const CONTEXT_DEGREE = -1;

/** He-normal weights for the connections that are left; the last layer is zero, so that a fresh flow is the identity. */
export class MaskedMlp {
  /** Masked where they are used: what lies outside of the mask is ignored, and has no gradient. */
  readonly kernels: readonly tf.Variable[];
  readonly biases: readonly tf.Variable[];
  /** Degrees of the inputs, and of each hidden layer's units; the outputs' are the elements' places. */
  private readonly degrees: readonly (readonly number[])[];
  /** One degree for each output: all elements' first parameters, then all second ones. */
  private readonly outputDegrees: readonly number[];

  /** @throws RangeError for a size out of range. */
  constructor({ places, parametersPerElement, contextSize, hiddenDim, numLayers, seed }: MaskedMlpOptions) {
    requireInteger('hiddenDim', hiddenDim);
    requireInteger('numLayers', numLayers, 2);
    const inputs = [...places, ...Array<number>(contextSize).fill(CONTEXT_DEGREE)];
    const hidden = hiddenDegrees(places.length, hiddenDim);
    this.degrees = [inputs, ...Array<number[]>(numLayers - 1).fill(hidden)];
    this.outputDegrees = Array.from({ length: parametersPerElement }, () => places).flat();
    const seeds = new SeedSequence(seed);
    this.kernels = this.degrees.map((before, i) => {
      if (i === numLayers - 1) return zerosVariable([before.length, this.outputDegrees.length]);
      const connections = hidden.map((degree) => before.filter((below) => below <= degree).length);
      const fanIn = Math.max(1, connections.reduce((sum, count) => sum + count) / hiddenDim);
      return normalVariable([before.length, hiddenDim], Math.sqrt(2 / fanIn), seeds.take());
    });
    this.biases = this.kernels.map(({ shape }) => zerosVariable([shape[1]!]));
  }

  /** [elements | context], [B, D + contextSize], to parameters, [B, parametersPerElement · D]. */
  apply(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      let h = x as tf.Tensor2D;
      this.kernels.forEach((kernel, i) => {
        const isLast = i === this.kernels.length - 1;
        const mask = isLast
          ? rises(this.degrees[i]!, this.outputDegrees)
          : doesNotFall(this.degrees[i]!, this.degrees[i + 1]!);
        h = tf.add(tf.matMul(i === 0 ? h : tf.relu(h), tf.mul(kernel, mask) as tf.Tensor2D), this.biases[i]!);
      });
      return h;
    });
  }

  dispose(): void {
    tf.dispose([...this.kernels, ...this.biases]);
  }
}

/**
 * Degrees from that of the context to the last but one element's, spread evenly; the highest is always among them. As many units as
 * elements reach every dependence; with fewer, the first elements' parameters depend on less than they may.
 */
function hiddenDegrees(elements: number, units: number): number[] {
  return Array.from({ length: units }, (_, unit) => CONTEXT_DEGREE + Math.ceil(((unit + 1) * elements) / units) - 1);
}

const doesNotFall = (below: readonly number[], above: readonly number[]) => compare(tf.lessEqual, below, above);
const rises = (below: readonly number[], above: readonly number[]) => compare(tf.less, below, above);

/** 1 where a connection is allowed, [below, above]. */
function compare(allowed: typeof tf.less, below: readonly number[], above: readonly number[]): tf.Tensor {
  return tf.cast(
    allowed(tf.tensor2d([...below], [below.length, 1]), tf.tensor2d([...above], [1, above.length])),
    'float32',
  );
}
