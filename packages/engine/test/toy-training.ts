// A small network and its data, to be trained in a test.
import * as tf from '@tensorflow/tfjs-core';
import { adamTraining, type Inputs } from './adam-training.js';

export function toyTraining(kind: 'dense' | 'convolutional', batch = 8) {
  const normal = (shape: number[], seed: number) =>
    tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.4, 'float32', seed)));
  const isDense = kind === 'dense';
  const parameters = {
    first: normal(isDense ? [16, 32] : [3, 3, 1, 8], 1),
    bias: normal([isDense ? 32 : 8], 2),
    second: normal([isDense ? 32 : 8, 4], 3),
  };
  const { first, bias, second } = parameters;
  const predict = (x: tf.Tensor) => {
    if (isDense)
      return tf.matMul(
        tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D), bias)) as tf.Tensor2D,
        second as tf.Tensor2D,
      );
    const features = tf.relu(
      tf.add(tf.conv2d(tf.reshape(x, [x.shape[0]!, 4, 4, 1]) as tf.Tensor4D, first as tf.Tensor4D, 1, 'same'), bias),
    );
    return tf.matMul(tf.mean<tf.Tensor2D>(features, [1, 2]), second as tf.Tensor2D);
  };
  /** Batch `index`; the targets are a fixed function of the inputs. */
  const inputs = (index: number) =>
    tf.tidy(() => {
      const x = tf.randomNormal([batch, 16], 0, 1, 'float32', 100 + index) as tf.Tensor2D;
      return {
        x: x as tf.Tensor,
        y: tf.sin(tf.slice(x, [0, 0], [-1, 4])) as tf.Tensor,
        rate: tf.scalar(0.01) as tf.Tensor,
      };
    });
  return {
    ...adamTraining(parameters, ({ x, y }: Inputs) => tf.mean<tf.Scalar>(tf.squaredDifference(predict(x!), y!))),
    inputs,
  };
}
