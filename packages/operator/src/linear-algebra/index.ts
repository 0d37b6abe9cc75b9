// @lin/operator/linear-algebra: float64 matrices on the host, their decompositions, functions, solves and subspaces.
export { ConvergenceError, MatrixFunctionError, OperatorError, SingularMatrixError } from '../errors.js';
export { cholesky } from './decompositions/cholesky.js';
export { eigenSymmetric, type SymmetricEigen } from './decompositions/eigen-symmetric.js';
export { eigen, eigenvalues, type Eigen } from './decompositions/eigen.js';
export { jacobiSvd } from './decompositions/jacobi-svd.js';
export { lu, type Lu } from './decompositions/lu.js';
export { polar, type Polar } from './decompositions/polar.js';
export { qr, qrPivoted, type PivotedQr, type Qr, type QrOptions } from './decompositions/qr.js';
export { svdRandomised, type RandomisedSvdOptions } from './decompositions/randomised-svd.js';
export { schur, type Schur } from './decompositions/schur.js';
export type { Svd } from './decompositions/singular-triples.js';
export { singularValues, svd, svdFull, svdTruncated } from './decompositions/svd.js';
export { expm } from './functions/exponential.js';
export { logm } from './functions/logarithm.js';
export { powm } from './functions/power.js';
export { sqrtm } from './functions/square-root.js';
export { add, scale, scaleColumns, scaleRows, squareSum, subtract, trace } from './matrix/arithmetic.js';
export type { Complex, ComplexMatrix } from './matrix/complex.js';
export { cosines, type Rows } from './matrix/cosines.js';
export {
  diagonal,
  fromRows,
  fromTensor,
  identity,
  toRows,
  toTensor,
  transpose,
  zeros,
  type Matrix,
  type MatrixLike,
} from './matrix/matrix.js';
export { block, columnOf, columnsOf, pickColumns, pickRows, rowOf, rowsOf, type BlockPlace } from './matrix/parts.js';
export { multiply, multiplyTransposed } from './matrix/product.js';
export { dot, dotInOrder, norm } from './matrix/vectors.js';
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
