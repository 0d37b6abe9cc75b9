// @lin/operator: linear operators on latents, their fits, and all of @lin/operator/linear-algebra.
export * from './linear-algebra/index.js';
export type { LinearOperator } from './linear-operator.js';
export { AdjointOperator } from './operators/adjoint-operator.js';
export { BlockOperator, type Blocks } from './operators/block-operator.js';
export { ConvolutionOperator, type ConvolutionOperatorOptions } from './operators/convolution-operator.js';
export { DenseOperator, type DenseOperatorOptions } from './operators/dense-operator.js';
export { DiagonalOperator, type DiagonalOperatorOptions } from './operators/diagonal-operator.js';
export { IdentityOperator } from './operators/identity-operator.js';
export { inverseOperator } from './operators/inverse-operator.js';
export { KroneckerOperator } from './operators/kronecker-operator.js';
export { LowRankOperator, type LowRankOperatorOptions } from './operators/low-rank-operator.js';
export { OrthogonalOperator, type OrthogonalOperatorOptions } from './operators/orthogonal-operator.js';
export { ProductOperator } from './operators/product-operator.js';
export { ProjectorOperator, type ProjectorOperatorOptions } from './operators/projector-operator.js';
export { ScaledOperator, type ScaledOperatorOptions } from './operators/scaled-operator.js';
export { ShiftedLowRankOperator, type ShiftedLowRankOperatorOptions } from './operators/shifted-low-rank-operator.js';
export { SumOperator } from './operators/sum-operator.js';
export {
  TimeDependentLowRankOperator,
  type CollapseOptions,
  type TimeDependentLowRankOperatorOptions,
} from './operators/time-dependent-low-rank-operator.js';
export { fitDense, fitLowRank, fitOrthogonal, fitProjector, type OperatorFit } from './fit/closed-forms.js';
export { fitOperator, type FitForms, type FitOperatorOptions } from './fit/fit-operator.js';
export type { LatentBatch, LatentBatches } from './fit/latent-blocks.js';
export { gatherLatents, type FitMethod, type LatentMoments } from './fit/latent-moments.js';
export type { RidgeOptions } from './fit/ridge.js';
