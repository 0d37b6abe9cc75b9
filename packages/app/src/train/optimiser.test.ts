import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { configSchema } from '../config/schema.js';
import { buildOptimiser } from './optimiser.js';

/** Of a model of one matrix and one bias. */
function optimiserOf(linearizer: object) {
  const parameters = new Map<string, tf.Variable>([
    ['kernel', tf.variable(tf.ones([2, 3]))],
    ['bias', tf.variable(tf.ones([3]))],
  ]);
  return { parameters, optimiser: buildOptimiser(parameters, configSchema.parse({ linearizer })) };
}

test('by default is Adam with its own numbers, clipping at a norm of 1', () => {
  const { optimiser } = optimiserOf({});
  expect(optimiser).toMatchObject({
    name: 'adam',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    clipNorm: 1,
    clipValue: Infinity,
  });
});

test('has what the config says, and its own default where that is null', () => {
  expect(optimiserOf({ optimiser: 'sgd', momentum: 0.5, nesterov: true }).optimiser).toMatchObject({
    name: 'sgd',
    momentum: 0.5,
    nesterov: true,
  });
  expect(
    optimiserOf({ optimiser: 'lion', beta1: 0.8, gradient_clip: null, gradient_clip_value: 2 }).optimiser,
  ).toMatchObject({ name: 'lion', beta1: 0.8, beta2: 0.99, clipNorm: Infinity, clipValue: 2 });
  expect(optimiserOf({ optimiser: 'muon' }).optimiser).toMatchObject({ name: 'muon', momentum: 0.95, nesterov: true });
});

test('decays matrices and kernels, not biases', () => {
  const { parameters, optimiser } = optimiserOf({ optimiser: 'adamw', weight_decay: 0.5 });
  const zeros = Object.fromEntries([...parameters.values()].map((one) => [one.name, tf.zerosLike(one)]));
  optimiser.applyGradients(zeros, tf.scalar(0.1));
  expect(parameters.get('kernel')!.dataSync()[0]).toBeCloseTo(0.95, 6);
  expect(parameters.get('bias')!.dataSync()[0]).toBe(1);
});
