// A bias and a ReLU after a convolution or product: TensorFlow joins the three into one op where it finds them in a graph.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, floatOp } from '../tensorflow/active.js';

/** activation(x + bias), with bias [C] along x's last axis. */
export function biasActivation<T extends tf.Tensor>(
  x: T,
  bias: tf.Tensor1D,
  activation: 'linear' | 'relu' = 'linear',
): T {
  return tf.tidy(() => {
    const shifted = activeTensorFlow() ? biasAdd(x, bias) : tf.add(x, bias);
    return activation === 'relu' ? tf.relu(shifted) : shifted;
  }) as T;
}

function biasAdd(x: tf.Tensor, bias: tf.Tensor1D): tf.Tensor {
  return tf.customGrad((...args) => ({
    value: floatOp('BiasAdd', args[0] as tf.Tensor, args[1] as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => [dy, floatOp('BiasAddGrad', dy)],
  }))(x, bias);
}
