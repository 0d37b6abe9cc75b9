// A small network trained for many steps on tensorflow, in a process of its own: prints how much memory it holds, as JSON.
// Usage: train-loop STEPS [LEAK_BYTES]: with LEAK_BYTES, every step leaves one native tensor of that size behind.
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '../src/engine.js';
import { numbers } from './op-case.js';

export interface TrainLoopReport {
  /** Resident bytes, SAMPLES times, each after garbage collection. */
  rss: number[];
  tensors: { first: number; last: number };
  nativeTensors: { first: number; last: number };
  loss: { first: number; last: number };
}

const SAMPLES = 20; // a garbage collection each, of 50 ms
const FLOAT = 1; // TF_FLOAT
const [steps, leakBytes] = process.argv.slice(2).map(Number) as [number, number | undefined];

await initEngine({ backend: 'tensorflow', cuda: false });
const { binding } = tf.backend() as unknown as {
  binding: { getNumOfTensors(): number; createTensor(shape: number[], dtype: number, values: Float32Array): number };
};

const tensor = (shape: number[], seed: number, scale = 1) =>
  tf.tensor(
    numbers(tf.util.sizeFromShape(shape), seed).map((x) => x * scale),
    shape,
  );
const kernel = tf.variable(tensor([3, 3, 3, 8], 1, 0.2)) as tf.Variable<tf.Rank.R4>;
const weights = tf.variable(tensor([128, 4], 2, 0.1)) as tf.Variable<tf.Rank.R2>;
const bias = tf.variable(tf.zeros([4]));
const optimiser = tf.train.adam(1e-3);
const pictures = Array.from({ length: 7 }, (_, i) => Float32Array.from(numbers(8 * 8 * 8 * 3, i + 1)));

/** New images, as in training: their memory comes and goes with the step. */
function step(i: number): number {
  return tf.tidy(() => {
    const images = tf.tensor4d(pictures[i % pictures.length]!, [8, 8, 8, 3]);
    const target = tf.oneHot(tf.tensor1d([0, 1, 2, 3, 0, 1, 2, 3], 'int32'), 4, 1, 0, 'float32');
    const loss = optimiser.minimize(() => {
      const hidden = tf.relu(tf.conv2d(images, kernel, 2, 'same')); // [8, 4, 4, 8]
      const output = tf.add(tf.matMul(tf.reshape(hidden, [8, 128]), weights), bias);
      return tf.mean(tf.squaredDifference(output, target)) as tf.Scalar;
    }, true)!;
    return loss.dataSync()[0]!;
  });
}

const counts = () => ({ tensors: tf.memory().numTensors, nativeTensors: binding.getNumOfTensors() });

const losses = [step(0)];
const first = counts(); // the optimiser's moments are there after its first step
const rss: number[] = [];
for (let i = 1; i <= steps; i++) {
  losses[1] = step(i);
  if (leakBytes) binding.createTensor([leakBytes / 4], FLOAT, new Float32Array(leakBytes / 4).fill(i));
  if (i % (steps / SAMPLES) === 0) {
    globalThis.gc!();
    rss.push(process.memoryUsage.rss());
  }
}
const last = counts();

const report: TrainLoopReport = {
  rss,
  tensors: { first: first.tensors, last: last.tensors },
  nativeTensors: { first: first.nativeTensors, last: last.nativeTensors },
  loss: { first: losses[0]!, last: losses[1]! },
};
console.log(JSON.stringify(report));
