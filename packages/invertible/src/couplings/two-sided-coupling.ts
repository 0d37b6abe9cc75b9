// Both halves transformed, one after the other, as FrEIA's GLOWCouplingBlock, GINCouplingBlock and NICECouplingBlock do:
//   y₁ = transform(x₁; conditioner₁(x₂, context)),   y₂ = transform(x₂; conditioner₂(y₁, context)).
import { Chain } from '../containers/chain.js';
import { Coupling, type CouplingOptions } from './coupling.js';

/**
 * With `affineTransform` it is GLOW's in FrEIA's sense, with `volumePreservingTransform` GIN, with `additiveTransform` NICE. `conditioner`
 * is
 * called twice, for the first half and then for the second: give the two different seeds. @throws ShapeError as `Coupling` does.
 */
export function twoSidedCoupling(options: Omit<CouplingOptions, 'transforms'>): Chain {
  return new Chain([
    new Coupling({ ...options, transforms: 'first' }),
    new Coupling({ ...options, transforms: 'second' }),
  ]);
}
