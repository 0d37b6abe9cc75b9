// A loss over parameters as a training step with Adam and clipping, in the form in which a step is recorded.
import * as tf from '@tensorflow/tfjs-core';
import { adamUpdate } from '../src/fused/adam-update.js';
import { clipByGlobalNorm } from '../src/fused/clip-by-global-norm.js';

export type Inputs = Record<string, tf.Tensor>;

/** `inputs.rate` is the learning rate; `average`: of the loss and the gradients, over workers. */
export function adamTraining(
  parameters: Readonly<Record<string, tf.Variable>>,
  lossOf: (inputs: Inputs) => tf.Scalar,
  average: (tensors: tf.Tensor[]) => tf.Tensor[] = (tensors) => tensors,
) {
  const zeros = ({ shape }: tf.Tensor) => tf.tidy(() => tf.variable(tf.zeros(shape), false));
  const slots = Object.entries(parameters).map(([name, variable]) => ({
    name,
    variable,
    m: zeros(variable),
    v: zeros(variable),
  }));
  const count = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const step = (inputs: Inputs) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => lossOf(inputs), Object.values(parameters));
      const [loss, ...means] = average([value, ...slots.map(({ variable }) => grads[variable.name]!)]);
      const { gradients, norm } = clipByGlobalNorm(means, 1);
      tf.dispose(grads);
      count.assign(tf.add(count, 1) as tf.Scalar);
      const correction = (beta: number) => tf.sub(1, tf.pow(beta, count));
      const root = tf.sqrt(correction(0.999));
      const stepSize = tf.mul(inputs['rate']!, tf.div(root, correction(0.9))) as tf.Scalar;
      const epsilon = tf.mul(root, 1e-8) as tf.Scalar;
      slots.forEach((slot, i) => {
        adamUpdate({ ...slot, gradient: gradients[i]!, stepSize, epsilon, beta1: 0.9, beta2: 0.999 });
        gradients[i]!.dispose();
      });
      return { loss: loss!, norm: norm as tf.Tensor };
    });
  const variables = new Map<string, tf.Variable>([
    ...Object.entries(parameters),
    ...slots.flatMap(
      ({ name, m, v }) =>
        [
          [`adam.m.${name}`, m],
          [`adam.v.${name}`, v],
        ] as [string, tf.Variable][],
    ),
    ['adam.count', count as tf.Variable],
  ]);
  return { step, variables };
}
