// Autoregressive transforms of vectors (Papamakarios et al. 2017, MAF, arXiv 1705.07057): every element is mapped as the ones before it
// say,
//   y_i = transform(x_i; network(x_<i, context)).   Log-determinant: Σ log dy_i/dx_i, since the Jacobian is triangular.
// `apply` takes one pass of the network, `invert` one for every element. Turned round by `inverseOf` it is IAF (Kingma et al. 2016).
import * as tf from '@tensorflow/tfjs-core';
import { contextChannels, vectorContext, withContext } from '../transforms/context.js';
import type { ElementTransform } from '../transforms/element-transform.js';
import {
  requireContext,
  requireInteger,
  requireShape,
  sumPerSample,
  type Invertible,
  type Shape,
} from '../bijection/invertible.js';
import { isPermutation } from '../rearrange/permutation.js';
import { MaskedMlp } from './masked-mlp.js';

export interface AutoregressiveOptions {
  /** Length of the vectors. */
  dim: number;
  /** What happens to each element: `affineTransform()` for MAF, `splineTransform()` for NSF-AR, or another. */
  transform: ElementTransform;
  /** The place of each element in the order of dependence, a permutation of 0 … dim − 1; as they come unless given. */
  places?: readonly number[];
  /** Width of the network's hidden layers; as many as `dim` reach every dependence. */
  hiddenDim?: number;
  /** Linear layers of the network, at least 2. */
  numLayers?: number;
  /** Length of the context that every method then needs. */
  contextDim?: number | undefined;
  seed: number;
}

export class Autoregressive implements Invertible {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly contextShape: Shape | undefined;
  readonly network: MaskedMlp;
  private readonly map: ElementTransform;
  private readonly places: readonly number[];

  /** @throws RangeError for an option out of range, or places that are no permutation. */
  constructor({ dim, transform, places, hiddenDim = 64, numLayers = 3, contextDim, seed }: AutoregressiveOptions) {
    requireInteger('dim', dim);
    this.inputShape = this.outputShape = [dim];
    this.contextShape = vectorContext(contextDim);
    this.places = places ?? Array.from({ length: dim }, (_, i) => i);
    requirePermutation(this.places, dim);
    this.map = transform;
    this.network = new MaskedMlp({
      places: this.places,
      parametersPerElement: transform.parametersPerElement,
      contextSize: contextChannels('Autoregressive', this.inputShape, this.contextShape),
      hiddenDim,
      numLayers,
      seed,
    });
  }

  apply(x: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.transform(x, context).y);
  }

  invert(y: tf.Tensor, context?: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.untransform(y, context).x);
  }

  applyWithLogDet(x: tf.Tensor, context?: tf.Tensor) {
    return tf.tidy(() => {
      const { y, logDerivative } = this.transform(x, context);
      return { y, logDet: sumPerSample(logDerivative) };
    });
  }

  invertWithLogDet(y: tf.Tensor, context?: tf.Tensor) {
    return tf.tidy(() => {
      const { x, logDerivative } = this.untransform(y, context);
      return { x, logDet: sumPerSample(logDerivative) };
    });
  }

  dispose(): void {
    this.network.dispose();
  }

  private transform(x: tf.Tensor, context: tf.Tensor | undefined) {
    requireShape('Autoregressive', x, this.inputShape);
    requireContext('Autoregressive', x, context, this.contextShape);
    if (x.shape[0] === 0) return { y: x.clone(), logDerivative: x };
    return this.map.forward(x, this.parameters(x, context));
  }

  /** One element after the other: pass k finds those of the first k places, whose parameters need none of the later ones. */
  private untransform(y: tf.Tensor, context: tf.Tensor | undefined) {
    requireShape('Autoregressive inverse', y, this.outputShape);
    requireContext('Autoregressive inverse', y, context, this.contextShape);
    if (y.shape[0] === 0) return { x: y.clone(), logDerivative: y };
    let known: tf.Tensor = tf.zerosLike(y);
    for (let k = 0; k < this.places.length - 1; k++) {
      const found = tf.tensor1d(this.places.map((place) => Number(place <= k)));
      known = tf.mul(this.map.inverse(y, this.parameters(known, context)).x, found);
    }
    return this.map.inverse(y, this.parameters(known, context));
  }

  private parameters(x: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor {
    return this.network.apply(this.contextShape ? withContext(x, context!) : x);
  }
}

function requirePermutation(places: readonly number[], dim: number): void {
  if (isPermutation(places, dim)) return;
  throw new RangeError(`places is [${places.join(', ')}]: expected a permutation of 0 … ${dim - 1}.`);
}
