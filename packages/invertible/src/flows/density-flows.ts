// Flows of vectors in one call, with sizes for densities of some ten dimensions: NICE, RealNVP and Neural Spline Flows.
import { additiveTransform, affineTransform, type AffineTransformOptions } from '../transforms/affine-transform.js';
import { Coupling, type CouplingOptions } from '../couplings/coupling.js';
import type { ElementTransform } from '../transforms/element-transform.js';
import { splineTransform, type SplineTransformOptions } from '../transforms/spline-transform.js';
import { ElementwiseAffine } from '../elementwise/elementwise-affine.js';
import { SeedSequence } from '../parameters/initializers.js';
import { Chain } from '../containers/chain.js';
import { couplingPairs } from './coupling-pairs.js';
import { defaultMaxLogScale } from './vector-flow.js';

export interface CouplingFlowOptions {
  /** Length of the vectors, at least 2. */
  dim: number;
  /** K, couplings. */
  numBlocks?: number;
  /** Width of the conditioners' hidden layers. */
  hiddenDim?: number;
  /** Linear layers of each conditioner, at least 2. */
  numLayers?: number;
  /** Length of the context that every method then needs. */
  contextDim?: number;
  seed?: number;
}

/**
 * RealNVP (Dinh et al. 2017, arXiv 1605.08803): a flow of affine couplings of vectors, [B, dim] both ways.
 * @param options Sizes; `maxLogScale` is min(1, 4/K) unless given, which bounds the gain of all scales together by exp(4); `clamp`.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { realNVP } from '@lin/invertible';
 * const flow = realNVP({ dim: 3, numBlocks: 4, hiddenDim: 8, contextDim: 2 });
 * const { y, logDet } = flow.applyWithLogDet(tf.zeros([5, 3]), tf.ones([5, 2]));
 * console.log(y.shape, logDet.shape, flow.contextShape);
 * ```
 * ```text
 * [ 5, 3 ] [ 5 ] [ 2 ]
 * ```
 */
export function realNVP({ maxLogScale, clamp, ...options }: CouplingFlowOptions & AffineTransformOptions): Chain {
  const { numBlocks = 8 } = options;
  return couplingFlow(affineTransform({ maxLogScale: maxLogScale ?? defaultMaxLogScale(numBlocks), clamp }), {
    ...options,
    numBlocks,
  });
}

/**
 * Neural Spline Flow (Durkan et al. 2019, arXiv 1906.04032): couplings of rational-quadratic splines, [B, dim] both ways. Standardise
 * data: beyond `bound` it is only permuted.
 * @param options Sizes, and those of `splineTransform`.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { neuralSplineFlow } from '@lin/invertible';
 * const flow = neuralSplineFlow({ dim: 2, numBlocks: 2, hiddenDim: 8, bins: 4, bound: 3 });
 * const x = tf.tensor2d([[0.5, -2]]);
 * flow.invert(flow.apply(x)).print();
 * ```
 * ```text
 * Tensor
 *      [[0.5, -2],]
 * ```
 */
export function neuralSplineFlow({
  bins,
  bound,
  minWidth,
  minHeight,
  minSlope,
  ...options
}: CouplingFlowOptions & SplineTransformOptions): Chain {
  return couplingFlow(splineTransform({ bins, bound, minWidth, minHeight, minSlope }), { numBlocks: 6, ...options });
}

/**
 * NICE (Dinh et al. 2015, arXiv 1410.8516): additive couplings, then a learned scale for each coordinate (§3.3), which alone changes
 * volume; [B, dim] both ways.
 * @param options Sizes.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { nice } from '@lin/invertible';
 * const flow = nice({ dim: 2, numBlocks: 2, hiddenDim: 8 });
 * console.log(flow.layers.map(({ name }) => name));
 * flow.applyWithLogDet(tf.ones([1, 2])).logDet.print();
 * ```
 * ```text
 * [ 'Permutation', 'Coupling', 'Coupling', 'ElementwiseAffine' ]
 * Tensor
 *     [0]
 * ```
 */
export function nice(options: CouplingFlowOptions): Chain {
  const couplings = couplingFlow(additiveTransform(), { numBlocks: 4, ...options });
  return new Chain([
    ...couplings.layers,
    new ElementwiseAffine({ shape: [options.dim], maxLogScale: NICE_MAX_LOG_SCALE }),
  ]);
}

/** From a standard normal to data with deviations between 0.007 and 148. */
const NICE_MAX_LOG_SCALE = 5;

function couplingFlow(
  transform: ElementTransform,
  { dim, numBlocks, hiddenDim = 64, numLayers = 3, contextDim, seed = 0 }: CouplingFlowOptions & { numBlocks: number },
): Chain {
  const coupling = (options: Omit<CouplingOptions, 'transform'>) => new Coupling({ ...options, transform });
  return new Chain(
    couplingPairs({ dim, numBlocks, hiddenDim, numLayers, contextDim, seeds: new SeedSequence(seed), coupling }),
  );
}
