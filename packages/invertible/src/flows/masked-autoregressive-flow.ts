// Masked autoregressive flows in one call: K autoregressive transforms, the order of dependence turned round from one to the next.
import { affineTransform } from '../transforms/affine-transform.js';
import { defaultMaxLogScale } from './vector-flow.js';
import { SeedSequence } from '../parameters/initializers.js';
import { requireInteger } from '../bijection/invertible.js';
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
 * MAF (Papamakarios et al. 2017, arXiv 1705.07057). From data to latent in K passes of a network; back in K · dim, so sampling is slow.
 * `inverseOf` it for IAF, where sampling is fast and a density is slow. @throws RangeError for an option out of range.
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
