// The checks that all operators make, so that a mistake is reported with both shapes by the operator it was made with.
import type * as tf from '@tensorflow/tfjs-core';
import { OperatorError } from '../errors.js';
import { transpose, type Matrix } from '../linear-algebra/matrix/matrix.js';
import { multiply } from '../linear-algebra/matrix/product.js';

/** @throws OperatorError unless `value` is an integer of at least 1. */
export function requireDimension(operation: string, name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new OperatorError(`${operation}: ${name} is ${value}; expected an integer of at least 1.`);
}

/** @throws OperatorError unless `seed` is an integer of at least 0: tfjs would draw a seed of its own for others. */
export function requireSeed(operation: string, seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new OperatorError(`${operation}: seed is ${seed}; expected an integer of at least 0.`);
}

/** @throws OperatorError unless `z` is [B, dim]. */
export function requireRows(operation: string, z: tf.Tensor, dim: number): void {
  if (z.rank !== 2 || z.shape[1] !== dim) {
    throw new OperatorError(`${operation}: expected latents of shape [B, ${dim}], but got [${z.shape.join(', ')}].`);
  }
}

/** @throws OperatorError unless `values` has `length` numbers that are finite in float32, which the variables are kept in. */
export function requireValues(operation: string, name: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length)
    throw new OperatorError(`${operation}: ${name} has ${values.length} values; expected ${length}.`);
  const at = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(Math.fround(value)));
  if (at >= 0)
    throw new OperatorError(`${operation}: ${name}[${at}] is ${values[at]}; every value must be finite in float32.`);
}

/** What float32 leaves of orthonormality over a few thousand terms. */
const ORTHONORMALITY = 1e-6;

/** @throws OperatorError unless the columns are orthonormal. */
export function requireOrthonormal(operation: string, basis: Matrix): void {
  const { rows: n, data } = multiply(transpose(basis), basis);
  const worst = data.reduce((largest, value, k) => Math.max(largest, Math.abs(value - Number(k % (n + 1) === 0))), 0);
  if (!(worst <= ORTHONORMALITY))
    throw new OperatorError(
      `${operation}: the columns are not orthonormal; an entry of QᵀQ − I is ${worst}, expected at most ${ORTHONORMALITY}.`,
    );
}
