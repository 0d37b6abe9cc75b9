// The sandwich at the sizes of the authors' notebook, layer for layer what peer_sandwich.py is: CNN encoder with batch normalisation → 4
// affine couplings → A → 4 affine couplings, mean squared error against unit vectors, clip at 1, Adam. 27.3 M parameters, about 1.31 GFLOP
// an image.
import * as tf from '@tensorflow/tfjs-core';
import { batchNorm, biasActivation } from '../src/index.js';
import { adamTraining, type Inputs } from '../test/adam-training.js';
import { plainBatchNorm, plainBiasActivation, plainTraining } from './plain-tfjs.js';

const STAGES = [
  [64, 7],
  [128, 3],
  [256, 3],
  [512, 3],
] as const;
const DIM = 512;
const HIDDEN = 1024;
const COUPLINGS = 4;
/** Multiply-adds of convolutions and products, forward and twice backward, times two. */
export const FLOPS_PER_IMAGE = 1.31e9;

/** `plain`: from stock tfjs's ops and with its optimiser, as one would write it without the engine's fused functions. */
export function notebookSandwich({ plain = false } = {}) {
  const normalise = plain ? plainBatchNorm : batchNorm;
  const addBias = plain ? plainBiasActivation : biasActivation;
  const parameters: Record<string, tf.Variable> = {};
  let seed = 1;
  const normal = (name: string, shape: number[], fanIn: number) =>
    (parameters[name] = tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, Math.sqrt(1 / fanIn), 'float32', seed++))));
  const filled = (name: string, shape: number[], value: number) =>
    (parameters[name] = tf.tidy(() => tf.variable(tf.fill(shape, value))));

  let channels = 3;
  const stages = STAGES.map(([width, window], i) => {
    const kernel = normal(`encoder.${i}.kernel`, [window, window, channels, width], window * window * channels);
    channels = width;
    return {
      kernel,
      scale: filled(`encoder.${i}.scale`, [width], 1),
      offset: filled(`encoder.${i}.offset`, [width], 0),
    };
  });
  const dense = (name: string, from: number, to: number) => {
    const [kernel, bias] = [normal(`${name}.kernel`, [from, to], from), filled(`${name}.bias`, [to], 0)];
    return (x: tf.Tensor2D, activation: 'linear' | 'relu' = 'linear'): tf.Tensor2D =>
      addBias(tf.matMul<tf.Tensor2D>(x, kernel as tf.Tensor2D), bias as tf.Tensor1D, activation);
  };
  const mlp = (name: string) => {
    const layers = [
      dense(`${name}.0`, DIM / 2, HIDDEN),
      dense(`${name}.1`, HIDDEN, HIDDEN),
      dense(`${name}.2`, HIDDEN, DIM / 2),
    ] as const;
    return (x: tf.Tensor2D) => layers[2](layers[1](layers[0](x, 'relu'), 'relu'));
  };
  const coupling = (name: string) => {
    const [logScale, shift] = [mlp(`${name}.scale`), mlp(`${name}.shift`)];
    return (x: tf.Tensor2D): tf.Tensor2D => {
      const [a, b] = tf.split(x, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
      return tf.concat([a, tf.add(tf.mul(b, tf.exp(tf.tanh(logScale(a)))), shift(a)) as tf.Tensor2D], 1);
    };
  };
  const flow = (name: string) => Array.from({ length: COUPLINGS }, (_, i) => coupling(`${name}.${i}`));
  const [projection, gx, gy] = [dense('projection', channels, DIM), flow('gx'), flow('gy')];
  const A = normal('A', [DIM, DIM], DIM);

  const predict = (images: tf.Tensor4D) => {
    const features = stages.reduce((x, { kernel, scale, offset }) => {
      const { y } = normalise(tf.conv2d(x, kernel as tf.Tensor4D, 2, 'same'), {
        scale: scale as tf.Tensor1D,
        offset: offset as tf.Tensor1D,
      });
      return tf.relu(y);
    }, images);
    const core = gx.reduce((x, layer) => layer(x), projection(tf.mean<tf.Tensor2D>(features, [1, 2])));
    return gy.reduce((x, layer) => layer(x), tf.matMul<tf.Tensor2D>(core, A as tf.Tensor2D));
  };
  const loss = ({ images, targets }: Inputs) =>
    tf.mean<tf.Scalar>(tf.squaredDifference(predict(images as tf.Tensor4D), targets!));
  return plain ? plainTraining(parameters, loss) : adamTraining(parameters, loss);
}
