// Masked autoregressive flows in one call: K autoregressive transforms, the order of dependence reversed from one to the next.
import { affineTransform } from '../transforms/affine-transform.js';
import { defaultMaxLogScale } from './vector-flow.js';
import { SeedSequence } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';
import { Chain } from '../containers/chain.js';
import { Autoregressive, type AutoregressiveOptions } from '../autoregressive/autoregressive.js';

export interface MaskedAutoregressiveFlowOptions extends Omit<AutoregressiveOptions, 'transform' | 'places' | 'seed'> {
  /** K, autoregressive transforms. */
  numBlocks?: number;
  /** Of every element; affine with log-scales below min(1, 4/K) unless given. With `splineTransform()` the flow is NSF-AR. */
  transform?: AutoregressiveOptions['transform'];
  seed?: number;
}

/**
 * MAF (Papamakarios et al. 2017, arXiv 1705.07057): K autoregressive transforms, the order of dependence reversed from one to the
 * next; [B, dim] both ways. From data to latent in K passes of a network; back in K · dim, so sampling is slow. `inverseOf` it for IAF
 * (Kingma et al. 2016, arXiv 1606.04934), where sampling is fast and a density is slow.
 * @param options Sizes, and the `transform` of every element: affine with log-scales below min(1, 4/K) unless given.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { maskedAutoregressiveFlow } from '@lin/invertible';
 * const flow = maskedAutoregressiveFlow({ dim: 3, numBlocks: 2, hiddenDim: 8 });
 * const x = tf.tensor2d([[1, 2, 3]]);
 * flow.apply(x).print(); // new, the identity
 * console.log(flow.layers.map(({ name }) => name));
 * ```
 * ```text
 * Tensor
 *      [[1, 2, 3],]
 * [ 'Autoregressive', 'Autoregressive' ]
 * ```
 */
export function maskedAutoregressiveFlow({
  dim,
  numBlocks = 5,
  transform,
  seed = 0,
  ...options
}: MaskedAutoregressiveFlowOptions): Chain {
  requireInteger('dim', dim);
  requireInteger('numBlocks', numBlocks);
  const seeds = new SeedSequence(seed);
  const element = transform ?? affineTransform({ maxLogScale: defaultMaxLogScale(numBlocks) });
  const inOrder = Array.from({ length: dim }, (_, i) => i);
  const blocks = Array.from({ length: numBlocks }, (_, block) => {
    const places = block % 2 === 0 ? inOrder : inOrder.toReversed();
    return new Autoregressive({ ...options, dim, transform: element, places, seed: seeds.take() });
  });
  return new Chain(blocks);
}
