// A bias and a ReLU after a convolution or product: TensorFlow joins the three into one op where it finds them in a graph.
import * as tf from '@tensorflow/tfjs-core';
import { activeTensorFlow, op, runOp } from '../tensorflow/active.js';
import { dtypes } from '../tensorflow/dtypes.js';

const FLOAT = op.type('T', dtypes.TF_FLOAT);

/** activation(x + bias), with bias [C] along x's last axis. */
export function biasActivation<T extends tf.Tensor>(x: T, bias: tf.Tensor1D, activation: 'linear' | 'relu' = 'linear'): T {
  if (!activeTensorFlow()) return tf.tidy(() => (activation === 'relu' ? tf.relu(tf.add(x, bias)) : tf.add(x, bias))) as T;
  return tf.customGrad((...args) => {
    const [x, bias, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const shifted = runOp('BiasAdd', [FLOAT], [x, bias])[0]!;
    const value = activation === 'relu' ? tf.relu(shifted) : shifted;
    save([value]);
    const gradFunc = (dy: tf.Tensor, [y]: tf.Tensor[]) => {
      const dx = activation === 'relu' ? runOp('ReluGrad', [FLOAT], [dy, y!])[0]! : dy;
      return [dx, runOp('BiasAddGrad', [FLOAT], [dx])[0]!];
    };
    return { value, gradFunc };
  })(x, bias) as T;
}
