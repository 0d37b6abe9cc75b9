// The Jacobian of a map at a point, and its log-determinant, in float64 on the host.
import * as tf from '@tensorflow/tfjs-core';

export type Matrix = number[][];

/**
 * ∂y/∂x at one sample, [outputs, inputs], by a single backward pass: row i of a batch of copies is asked for the gradient of its output i.
 * That a batch's rows do not mix is tested by itself.
 */
export function jacobian(map: (x: tf.Tensor) => tf.Tensor, sample: tf.Tensor): Matrix {
  return tf.tidy(() => {
    const outputs = map(tf.expandDims(sample)).size;
    const copies = tf.tile(tf.expandDims(sample), [outputs, ...sample.shape.map(() => 1)]);
    const ownOutputs = tf.grad((x: tf.Tensor) =>
      tf.sum(tf.mul(tf.reshape(map(x), [outputs, outputs]), tf.eye(outputs))),
    );
    return tf.reshape(ownOutputs(copies), [outputs, sample.size]).arraySync() as Matrix;
  });
}

/** log|det| by Gaussian elimination with partial pivoting. */
export function logAbsDeterminant(matrix: Matrix): number {
  const a = matrix.map((row) => [...row]);
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const below = a.slice(k).map((row) => Math.abs(row[k]!));
    const pivot = k + below.indexOf(Math.max(...below));
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    sum += Math.log(Math.abs(a[k]![k]!));
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return sum;
}
