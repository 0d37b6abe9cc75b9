// Float64 linear algebra of the current tfjs backend, where it has some: @lin/engine registers TensorFlow's under these names, by tfjs's
// own registry of kernels. Elsewhere everything is computed here, in JavaScript.
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from './matrix.js';

export type Float64Kernel = 'MatMul' | 'Svd' | 'SelfAdjointEigV2' | 'Qr' | 'Cholesky' | 'Lu' | 'MatrixTriangularSolve';

type KernelFunc = (call: {
  backend: unknown;
  attrs: { matrices: readonly Matrix[]; options: Readonly<Record<string, boolean>> };
}) => Matrix[];

/** Below this many multiplications a call into the backend costs more than it saves. */
export const LEAST_WORK = 64 ** 3;

/**
 * The outputs of a backend's kernel, a vector as one row; undefined where the backend has none or the matrices are small. `options` are the
 * op's own attributes.
 */
export function onBackend(
  name: Float64Kernel,
  work: number,
  matrices: readonly Matrix[],
  options: Record<string, boolean> = {},
): Matrix[] | undefined {
  const backend = work < LEAST_WORK ? undefined : tf.getBackend();
  const kernel = backend && tf.getKernel(`Float64${name}`, backend);
  if (!kernel) return undefined;
  return (kernel.kernelFunc as unknown as KernelFunc)({ backend: tf.backend(), attrs: { matrices, options } });
}
