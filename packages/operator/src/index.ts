export { DenseOperator, type DenseOperatorOptions } from './dense-operator.js';
export type { Complex, Rows, SingularValues } from './decompositions.js';
export type { LinearOperator } from './linear-operator.js';
export { OperatorError } from './errors.js';
