// Autoregressive transforms of vectors (Papamakarios et al. 2017, MAF, arXiv 1705.07057): every element is mapped as the ones before it
// say,
//   y_i = transform(x_i; network(x_<i, context)).   Log-determinant: Σ log dy_i/dx_i, since the Jacobian is triangular.
// `apply` takes one pass of the network, `invert` one for every element. Inverted by `inverseOf` it is IAF (Kingma et al. 2016).
import * as tf from '@tensorflow/tfjs-core';
import { contextChannels, vectorContext, withContext } from '../transforms/context.js';
import type { ElementTransform } from '../transforms/element-transform.js';
import { CheckedBijection, type Passage } from '../bijection/checked-bijection.js';
import { requireInteger } from '../parameters/options.js';
import { sumPerSample } from '../bijection/batches.js';
import { isPermutation } from '../rearrange/permutation.js';
import { MaskedMlp } from './masked-mlp.js';

export interface AutoregressiveOptions {
  /** Length of the vectors. */
  dim: number;
  /** What happens to each element: `affineTransform()` for MAF, `splineTransform()` for NSF-AR, or another. */
  transform: ElementTransform;
  /** The place of each element in the order of dependence, a permutation of 0 … dim − 1; as they come unless given. */
  places?: readonly number[];
  /** Width of the network's hidden layers; `dim` of them reach every dependence. */
  hiddenDim?: number;
  /** Linear layers of the network, at least 2. */
  numLayers?: number;
  /** Length of the context that every method then needs. */
  contextDim?: number | undefined;
  seed: number;
}

/**
 * An autoregressive transform of vectors (Papamakarios et al. 2017, MAF, arXiv 1705.07057, eq. 3–5): y_i = transform(x_i; network(x_<i,
 * context)), [B, dim] both ways. `apply` takes one pass of the network, a MADE (Germain et al. 2015, arXiv 1502.03509), `invert` one for
 * every element.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { additiveTransform, Autoregressive, trainableVariables } from '@lin/invertible';
 * const block = new Autoregressive({ dim: 2, transform: additiveTransform(), hiddenDim: 4, numLayers: 2, seed: 1 });
 * for (const variable of trainableVariables(block).values()) variable.assign(tf.ones(variable.shape));
 * for (const first of [0, 1]) block.apply(tf.tensor2d([[first, 0]])).print(); // the second is shifted by what the first says
 * ```
 * ```text
 * Tensor
 *      [[3, 5],]
 * Tensor
 *      [[4, 7],]
 * ```
 */
export class Autoregressive extends CheckedBijection {
  readonly network: MaskedMlp;
  private readonly transform: ElementTransform;
  private readonly places: readonly number[];

  /** @throws RangeError for an option out of range, or places that are no permutation. */
  constructor({ dim, transform, places, hiddenDim = 64, numLayers = 3, contextDim, seed }: AutoregressiveOptions) {
    requireInteger('dim', dim);
    const shape = [dim];
    super('Autoregressive', { inputShape: shape, contextShape: vectorContext(contextDim) });
    this.places = places ?? Array.from({ length: dim }, (_, i) => i);
    requirePermutation(this.places, dim);
    this.transform = transform;
    this.network = new MaskedMlp({
      places: this.places,
      parametersPerElement: transform.parametersPerElement,
      contextSize: contextChannels('Autoregressive', shape, this.contextShape),
      hiddenDim,
      numLayers,
      seed,
    });
  }

  protected forwards(x: tf.Tensor, context: tf.Tensor | undefined): Passage {
    const { y, logDerivative } = this.transform.applyWithLogDerivative(x, this.parameters(x, context));
    return { value: y, logDet: () => sumPerSample(logDerivative) };
  }

  /** One element after the other: pass k finds those of the first k places, whose parameters need none of the later ones. */
  protected backwards(y: tf.Tensor, context: tf.Tensor | undefined): Passage {
    const pass = (known: tf.Tensor) => this.transform.invertWithLogDerivative(y, this.parameters(known, context));
    let known: tf.Tensor = tf.zerosLike(y);
    for (let k = 0; k < this.places.length - 1; k++) {
      const found = tf.tensor1d(this.places.map((place) => Number(place <= k)));
      known = tf.mul(pass(known).x, found);
    }
    const { x, logDerivative } = pass(known);
    return { value: x, logDet: () => sumPerSample(logDerivative) };
  }

  override dispose(): void {
    this.network.dispose();
  }

  private parameters(x: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor {
    return this.network.apply(context ? withContext(x, context) : x);
  }
}

function requirePermutation(places: readonly number[], dim: number): void {
  if (isPermutation(places, dim)) return;
  throw new RangeError(`places is [${places.join(', ')}]: expected a permutation of 0 … ${dim - 1}.`);
}
