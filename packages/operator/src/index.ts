export { cholesky } from './decompositions/cholesky.js';
export { eigen, eigenvalues, type Eigen } from './decompositions/eigen.js';
export { eigenSymmetric, type SymmetricEigen } from './decompositions/eigen-symmetric.js';
export { jacobiSvd } from './decompositions/jacobi-svd.js';
export { lu, type Lu } from './decompositions/lu.js';
export { polar, type Polar } from './decompositions/polar.js';
export { qr, qrPivoted, type PivotedQr, type Qr, type QrOptions } from './decompositions/qr.js';
export { svdRandomised, type RandomisedSvdOptions } from './decompositions/randomised-svd.js';
export { schur, type Schur } from './decompositions/schur.js';
export { singularValues, svd, svdFull, svdTruncated, type SingularValues } from './decompositions/svd.js';
export { ConvergenceError, MatrixFunctionError, OperatorError, SingularMatrixError } from './errors.js';
export { expm } from './functions/exponential.js';
export { logm } from './functions/logarithm.js';
export { powm } from './functions/power.js';
export { sqrtm } from './functions/square-root.js';
export type { LinearOperator } from './linear-operator.js';
export type { Complex, ComplexMatrix } from './matrix/complex.js';
export {
  add,
  columnsOf,
  diagonal,
  fromRows,
  fromTensor,
  identity,
  scale,
  scaleColumns,
  subtract,
  toRows,
  toTensor,
  transpose,
  zeros,
  type Matrix,
  type MatrixLike,
} from './matrix/matrix.js';
export { multiply } from './matrix/product.js';
export { AdjointOperator } from './operators/adjoint-operator.js';
export { BlockOperator, type Blocks } from './operators/block-operator.js';
export { DenseOperator, type DenseOperatorOptions } from './operators/dense-operator.js';
export { DiagonalOperator, type DiagonalOperatorOptions } from './operators/diagonal-operator.js';
export { IdentityOperator } from './operators/identity-operator.js';
export { inverseOf } from './operators/inverse-of.js';
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
  type TimeDependentLowRankOperatorOptions,
} from './operators/time-dependent-low-rank-operator.js';
export { leastSquares, ridge, type LeastSquares, type Ridge } from './solve/least-squares.js';
export { procrustes, type Procrustes } from './solve/procrustes.js';
export { pseudoInverse, type PseudoInverse } from './solve/pseudo-inverse.js';
export { inverse, solve } from './solve/solve.js';
export {
  fourSubspaces,
  nullSpace,
  projectorOnto,
  range,
  type FourSubspaces,
  type Subspace,
} from './subspaces/four-subspaces.js';
export { frobeniusNorm, nuclearNorm, spectralNorm } from './subspaces/norms.js';
export { numericalRange, type NumericalRange } from './subspaces/numerical-range.js';
export { principalAngles, type PrincipalAngles } from './subspaces/principal-angles.js';
export { conditionNumber, conditionOf, rank, rankOf, type RankOptions } from './subspaces/rank.js';
export {
  fitDense,
  fitLowRank,
  fitOrthogonal,
  fitProjector,
  type OperatorFit,
  type RidgeOptions,
} from './fit/closed-forms.js';
export { fitOperator, type FitForms, type FitOperatorOptions } from './fit/fit-operator.js';
export type { LatentBatch, LatentBatches } from './fit/latent-blocks.js';
export { gatherLatents, type FitMethod, type LatentMoments } from './fit/latent-moments.js';
