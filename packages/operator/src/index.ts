export { cholesky } from './linear-algebra/decompositions/cholesky.js';
export { eigen, eigenvalues, type Eigen } from './linear-algebra/decompositions/eigen.js';
export { eigenSymmetric, type SymmetricEigen } from './linear-algebra/decompositions/eigen-symmetric.js';
export { jacobiSvd } from './linear-algebra/decompositions/jacobi-svd.js';
export { lu, type Lu } from './linear-algebra/decompositions/lu.js';
export { polar, type Polar } from './linear-algebra/decompositions/polar.js';
export { qr, qrPivoted, type PivotedQr, type Qr, type QrOptions } from './linear-algebra/decompositions/qr.js';
export { svdRandomised, type RandomisedSvdOptions } from './linear-algebra/decompositions/randomised-svd.js';
export { schur, type Schur } from './linear-algebra/decompositions/schur.js';
export {
  singularValues,
  svd,
  svdFull,
  svdTruncated,
  type SingularValues,
} from './linear-algebra/decompositions/svd.js';
export { ConvergenceError, MatrixFunctionError, OperatorError, SingularMatrixError } from './errors.js';
export { expm } from './linear-algebra/functions/exponential.js';
export { logm } from './linear-algebra/functions/logarithm.js';
export { powm } from './linear-algebra/functions/power.js';
export { sqrtm } from './linear-algebra/functions/square-root.js';
export type { LinearOperator } from './linear-operator.js';
export type { Complex, ComplexMatrix } from './linear-algebra/matrix/complex.js';
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
} from './linear-algebra/matrix/matrix.js';
export { multiply } from './linear-algebra/matrix/product.js';
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
export { leastSquares, ridge, type LeastSquares, type Ridge } from './linear-algebra/solve/least-squares.js';
export { procrustes, type Procrustes } from './linear-algebra/solve/procrustes.js';
export { pseudoInverse, type PseudoInverse } from './linear-algebra/solve/pseudo-inverse.js';
export { inverse, solve } from './linear-algebra/solve/solve.js';
export {
  fourSubspaces,
  nullSpace,
  projectorOnto,
  range,
  type FourSubspaces,
  type Subspace,
} from './linear-algebra/subspaces/four-subspaces.js';
export { frobeniusNorm, nuclearNorm, spectralNorm } from './linear-algebra/subspaces/norms.js';
export { numericalRange, type NumericalRange } from './linear-algebra/subspaces/numerical-range.js';
export { principalAngles, type PrincipalAngles } from './linear-algebra/subspaces/principal-angles.js';
export { conditionNumber, conditionOf, rank, rankOf, type RankOptions } from './linear-algebra/subspaces/rank.js';
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
