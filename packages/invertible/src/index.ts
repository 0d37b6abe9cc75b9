export { requireInteger } from './parameters/options.js';
export { requireShape, requireSizes, ShapeError, type Shape } from './bijection/shapes.js';
export { type Invertible } from './bijection/invertible.js';
export { normalVariable, SeedSequence, zerosVariable } from './parameters/initializers.js';
export { disposeVariables, namedVariables, trainableVariables } from './parameters/named-variables.js';
export { ActNorm } from './elementwise/actnorm.js';
export { AffineCoupling, type AffineCouplingOptions } from './couplings/affine-coupling.js';
export {
  additiveTransform,
  affineTransform,
  volumePreservingTransform,
  type AffineTransformOptions,
} from './transforms/affine-transform.js';
export { Coupling, type CouplingOptions } from './couplings/coupling.js';
export type { CouplingTransform } from './transforms/coupling-transform.js';
export type { ElementTransform } from './transforms/element-transform.js';
export type { SoftClamp } from './transforms/soft-clamp.js';
export { checkerboard, mask, type Mask, type Transformed } from './couplings/split.js';
export { splineTransform, type SplineTransformOptions } from './transforms/spline-transform.js';
export { fit, type FitOptions } from './density/fit.js';
export { Flow, type FlowOptions, type FlowSampleOptions } from './density/flow.js';
export {
  DivergedError,
  likelihoodStep,
  negativeLogLikelihood,
  type LabelledBatch,
  type LikelihoodStep,
  type LikelihoodStepOptions,
} from './density/likelihood-step.js';
export { slicedWasserstein, type SlicedWassersteinOptions } from './density/sliced-wasserstein.js';
export { reverseKl, type ReverseKlOptions } from './density/reverse-kl.js';
export type { ConditionalSampleOptions, Distribution, SampleOptions } from './distributions/distribution.js';
export { ConditionalNormal, type ConditionalNormalOptions } from './distributions/conditional-normal.js';
export { DiagonalNormal, type DiagonalNormalOptions } from './distributions/diagonal-normal.js';
export { NormalMixture, type NormalMixtureOptions } from './distributions/normal-mixture.js';
export { StandardNormal } from './distributions/normal.js';
export { Uniform, type UniformOptions } from './distributions/uniform.js';
export { countCouplings } from './flows/count-couplings.js';
export { glow, type GlowOptions } from './flows/glow.js';
export { neuralSplineFlow, nice, realNVP, type CouplingFlowOptions } from './flows/density-flows.js';
export { twoSidedCoupling } from './couplings/two-sided-coupling.js';
export type { Conditioner } from './conditioners/conditioner.js';
export { Chain, chain, inverseOf } from './containers/chain.js';
export { bindContext } from './containers/bind-context.js';
export { initialize } from './containers/initialize.js';
export { OrthogonalMixing, type OrthogonalMixingOptions } from './linear/orthogonal-mixing.js';
export { Permutation, type PermutationOptions } from './rearrange/permutation.js';
export { Readout, type ReadoutOptions } from './linear/readout.js';
export { Squeeze, type SqueezeOptions } from './rearrange/squeeze.js';
export { Convolutional, type ConvolutionalOptions } from './conditioners/convolutional.js';
export { Mlp, type MlpOptions } from './conditioners/mlp.js';
export { ImageFlow, type ImageFlowOptions } from './flows/image-flow.js';
export { VectorFlow, type VectorFlowOptions } from './flows/vector-flow.js';
export { NotPositiveDefiniteError } from './linear/symmetric-positive.js';
export { reversible } from './containers/reversible.js';
export {
  verifyInverse,
  type ImageBijection,
  type InverseBounds,
  type InverseVerification,
  type VerifyInverseOptions,
} from './inverses/verify-inverse.js';
export { CayleyMixing, type CayleyMixingOptions } from './linear/cayley-mixing.js';
export { LuLinear, type LuLinearOptions } from './linear/lu-linear.js';
export { Reverse } from './rearrange/reverse.js';
export { LeakyRelu, Sigmoid, Softplus, Tanh, type LeakyReluOptions } from './elementwise/activations.js';
export { bitsPerDimension, dequantize, quantize, type DequantizeOptions } from './elementwise/dequantization.js';
export { ElementwiseAffine, type ElementwiseAffineOptions } from './elementwise/elementwise-affine.js';
export { Logit, type LogitOptions } from './elementwise/logit.js';
export { Dct } from './linear/dct.js';
export { Flatten } from './rearrange/flatten.js';
export { HaarWavelet } from './linear/haar-wavelet.js';
export { chainFrom, type BlockMaker } from './containers/chain-from.js';
export { FactorOut, multiScale, type FactorOutOptions } from './containers/factor-out.js';
export { Parallel } from './containers/parallel.js';
export { Autoregressive, type AutoregressiveOptions } from './autoregressive/autoregressive.js';
export { maskedAutoregressiveFlow, type MaskedAutoregressiveFlowOptions } from './flows/masked-autoregressive-flow.js';
export { NotConvergedError, type FixedPoint, type FixedPointOptions } from './residual/fixed-point.js';
export {
  exactLogDeterminant,
  russianRoulette,
  truncatedSeries,
  type ResidualLogDeterminant,
  type RussianRouletteOptions,
  type TruncatedSeriesOptions,
} from './residual/log-determinant.js';
export { ResidualBlock, type ResidualBlockOptions } from './residual/residual-block.js';
export { couplingStackFromPyTorch, type CouplingStackOptions } from './pytorch/coupling-stack.js';
export { StateDict } from './pytorch/state-dict.js';
