// A small network with Adam, clipping and a learning rate: a training step as it is recorded.
import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '../src/fused/adam-update.js';
import { clipByGlobalNorm } from '../src/fused/clip-by-global-norm.js';

export interface ToyInputs extends Record<string, tf.Tensor> {
  x: tf.Tensor;
  y: tf.Tensor;
  rate: tf.Scalar;
}

const BATCH = 8;

export function toyTraining(kind: 'dense' | 'convolutional') {
  const normal = (shape: number[], seed: number) => tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.4, 'float32', seed)));
  const parameters = { first: normal(kind === 'dense' ? [16, 32] : [3, 3, 1, 8], 1), bias: normal([kind === 'dense' ? 32 : 8], 2), second: normal([kind === 'dense' ? 32 : 8, 4], 3) };
  const zeros = ({ shape }: tf.Tensor) => tf.tidy(() => tf.variable(tf.zeros(shape), false));
  const slots = Object.values(parameters).map((variable) => ({ variable, m: zeros(variable), v: zeros(variable) }));
  const count = tf.tidy(() => tf.variable(tf.scalar(0), false));

  const predict = (x: tf.Tensor) => {
    const { first, bias, second } = parameters;
    if (kind === 'dense') return tf.matMul(tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D), bias)) as tf.Tensor2D, second as tf.Tensor2D);
    const features = tf.relu(tf.add(tf.conv2d(tf.reshape(x, [BATCH, 4, 4, 1]) as tf.Tensor4D, first as tf.Tensor4D, 1, 'same'), bias));
    return tf.matMul(tf.mean<tf.Tensor2D>(features, [1, 2]), second as tf.Tensor2D);
  };
  const step = ({ x, y, rate }: Record<string, tf.Tensor>) =>
    tf.tidy(() => {
      const { value: loss, grads } = tf.variableGrads(() => tf.mean<tf.Scalar>(tf.squaredDifference(predict(x!), y!)), Object.values(parameters));
      const { gradients, norm } = clipByGlobalNorm(slots.map(({ variable }) => grads[variable.name]!), 1);
      count.assign(tf.add(count, 1) as tf.Scalar);
      const correction = (beta: number) => tf.sub(1, tf.pow(beta, count));
      const root = tf.sqrt(correction(0.999));
      slots.forEach((slot, i) =>
        adamUpdate({
          ...slot,
          gradient: gradients[i]!,
          stepSize: tf.mul(rate!, tf.div(root, correction(0.9))) as tf.Scalar,
          epsilon: tf.mul(root, 1e-8) as tf.Scalar,
          beta1: 0.9,
          beta2: 0.999,
        }),
      );
      return { loss, norm };
    });
  const names = Object.keys(parameters);
  const variables = new Map<string, tf.Variable>([
    ...Object.entries(parameters),
    ...slots.flatMap(({ m, v }, i) => [[`adam.m.${names[i]}`, m], [`adam.v.${names[i]}`, v]] as [string, tf.Variable][]),
    ['adam.count', count as tf.Variable],
  ]);
  /** Batch `index`; the targets are a fixed function of the inputs. */
  const inputs = (index: number): ToyInputs =>
    tf.tidy(() => {
      const x = tf.randomNormal([BATCH, 16], 0, 1, 'float32', 100 + index) as tf.Tensor2D;
      return { x, y: tf.sin(tf.slice(x, [0, 0], [-1, 4])), rate: tf.scalar(0.01) };
    });
  return { step, variables, inputs };
}
