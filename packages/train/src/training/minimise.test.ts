import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { minimise } from './minimise.js';
import { TrainingDivergedError } from './training-diverged-error.js';

beforeAll(() => tf.setBackend('cpu'));

test('minimise takes Adam’s steps with a learning rate that falls by half a cosine, and leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const model = tf.tidy(() => ({ w: tf.variable(tf.scalar(0)), fixed: tf.variable(tf.scalar(5), false) }));
  const seen: number[] = [];
  const losses = await minimise({
    model,
    inputs: (step) => (seen.push(step), { slope: tf.scalar(3) }),
    loss: ({ slope }) => tf.mul(model.w, slope) as tf.Scalar, // whatever the slope, Adam's first moments keep its step at the rate
    steps: 4,
    learningRate: 0.1,
    clipNorm: 100,
  });
  expect(seen).toEqual([0, 1, 2, 3]);
  const rates = seen.map((step) => 0.05 * (1 + Math.cos((Math.PI * step) / 4)));
  expect(model.w.dataSync()[0]).toBeCloseTo(-rates.reduce((sum, rate) => sum + rate), 5);
  expect(losses).toHaveLength(4);
  expect(losses[0]).toBe(0);
  expect(losses[1]).toBeCloseTo(-3 * rates[0]!, 5); // before its update
  expect(model.fixed.dataSync()[0]).toBe(5);
  tf.dispose([model.w, model.fixed]);
  expect(tf.memory().numTensors).toBe(before);
});

test('minimise stops at a loss that is not finite, and refuses a number of steps that is no positive integer', async () => {
  const model = { w: tf.variable(tf.scalar(1)) };
  const loss = ({ x }: { x: tf.Scalar }) => tf.mul(model.w, x) as tf.Scalar;
  const options = { model, inputs: () => ({ x: tf.scalar(NaN) }), loss };
  await expect(minimise({ ...options, steps: 2 })).rejects.toThrow(TrainingDivergedError);
  expect(model.w.dataSync()[0]).toBe(1);
  await expect(minimise({ ...options, steps: 0 })).rejects.toThrow('minimise: steps is 0');
  model.w.dispose();
});
