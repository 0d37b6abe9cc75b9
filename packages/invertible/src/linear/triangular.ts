// Triangular matrices on the device, differentiable: tfjs has neither an inverse nor a triangular solve (and bandPart works row by row).
import * as tf from '@tensorflow/tfjs-core';

/** 1 above the diagonal, 0 elsewhere, [n, n]: times a matrix, its strictly upper part. */
export function strictlyUpper(n: number): tf.Tensor {
  const index = tf.range(0, n);
  return tf.cast(tf.greater(tf.expandDims(index, 0), tf.expandDims(index, 1)), 'float32');
}

/**
 * (I + N)⁻¹, N the strictly upper part of `matrix` [n, n]; what is elsewhere in it is ignored. Of [A B; 0 D] the inverse is
 * [A⁻¹ −A⁻¹BD⁻¹; 0 D⁻¹]: from 1 × 1 blocks on, each of ⌈log₂ n⌉ rounds joins two neighbours, by two products of n × n matrices. The series
 * Π (I + (−N)^(2^k)) would be as short, but its powers can grow far beyond their sum, which float32 does not survive.
 */
export function inverseOfUnitUpper(matrix: tf.Tensor): tf.Tensor2D {
  const n = matrix.shape[0]!;
  let inverse: tf.Tensor2D = tf.eye(n);
  for (let size = 1; size < n; size *= 2) {
    const B = tf.mul(matrix, neighbours(n, size)) as tf.Tensor2D;
    inverse = tf.sub(inverse, tf.matMul(tf.matMul(inverse, B), inverse));
  }
  return inverse;
}

/** 1 where a row's block of `size` is the left one of a pair and a column's is the right one, [n, n]. */
function neighbours(n: number, size: number): tf.Tensor2D {
  const block = (i: number) => Math.floor(i / size);
  const joins = (row: number, column: number) => block(row) % 2 === 0 && block(column) === block(row) + 1;
  return tf.tensor2d(
    Float32Array.from({ length: n * n }, (_, i) => Number(joins(Math.floor(i / n), i % n))),
    [n, n],
  );
}
