// The same training in stock tfjs: its ops, its gradients, its optimiser. What the engine's fused functions and recording are measured
// against.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import type { Inputs } from '../test/adam-training.js';

const REPLACED = [tf.Relu, tf.Tanh];

/** Remembers tfjs's own gradients, before the engine is started; the result puts them back. */
export function rememberGradients(): () => void {
  const stock = REPLACED.map((kernel) => tf.getGradient(kernel));
  return () => {
    for (const gradient of stock) {
      tf.unregisterGradient(gradient.kernelName);
      tf.registerGradient(gradient);
    }
  };
}

export function plainBatchNorm(x: tf.Tensor4D, { scale, offset }: { scale: tf.Tensor1D; offset: tf.Tensor1D }) {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return { y: tf.batchNorm4d(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, 1e-5) };
}

export function plainBiasActivation<T extends tf.Tensor>(x: T, bias: tf.Tensor1D, activation: 'linear' | 'relu'): T {
  return (activation === 'relu' ? tf.relu(tf.add(x, bias)) : tf.add(x, bias)) as T;
}

export function plainTraining(
  parameters: Readonly<Record<string, tf.Variable>>,
  lossOf: (inputs: Inputs) => tf.Scalar,
) {
  const optimiser = tf.train.adam(1e-4);
  const step = (inputs: Inputs) =>
    tf.tidy(() => {
      const { value: loss, grads } = tf.variableGrads(() => lossOf(inputs), Object.values(parameters));
      const norm = tf.sqrt(tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))));
      const scale = tf.minimum(1, tf.div(1, norm));
      optimiser.applyGradients(
        Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, scale)])),
      );
      return { loss: loss as tf.Tensor, norm: norm as tf.Tensor };
    });
  return { step, variables: new Map(Object.entries(parameters)) };
}
