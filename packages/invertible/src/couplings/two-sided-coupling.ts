// Both halves transformed, one after the other, as FrEIA's GLOWCouplingBlock, GINCouplingBlock and NICECouplingBlock do:
//   y₁ = transform(x₁; conditioner₁(x₂, context)),   y₂ = transform(x₂; conditioner₂(y₁, context)).
import { Chain } from '../containers/chain.js';
import { Coupling, type CouplingOptions } from './coupling.js';

/**
 * Both halves transformed, one after the other. With `affineTransform` it is GLOW's in FrEIA's sense
 * (https://github.com/vislearn/FrEIA), with `volumePreservingTransform` GIN, with `additiveTransform` NICE.
 * @param options Those of a `Coupling` but for `transforms`. `conditioner` is called twice, for the first half and then for the second:
 * give the two different seeds.
 * @throws ShapeError as `Coupling` does.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { affineTransform, Mlp, twoSidedCoupling } from '@lin/invertible';
 * let seed = 1;
 * const block = twoSidedCoupling({
 *   shape: [4],
 *   transform: affineTransform(),
 *   conditioner: (inputDim, outputDim) => new Mlp({ inputDim, outputDim, hiddenDim: 8, numLayers: 2, seed: seed++ }),
 * });
 * console.log(block.layers.map(({ name }) => name), block.apply(tf.zeros([2, 4])).shape);
 * ```
 * ```text
 * [ 'Coupling', 'Coupling' ] [ 2, 4 ]
 * ```
 */
export function twoSidedCoupling(options: Omit<CouplingOptions, 'transforms'>): Chain {
  return new Chain([
    new Coupling({ ...options, transforms: 'first' }),
    new Coupling({ ...options, transforms: 'second' }),
  ]);
}
