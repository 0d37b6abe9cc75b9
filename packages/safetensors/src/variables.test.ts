import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { tensorsOf } from './variables.js';

beforeAll(async () => {
  await tf.setBackend('cpu'); // whose dataSync hands out its own memory
});

test('tensors are copies: changing them does not change the variables', async () => {
  const variable = tf.tidy(() => tf.variable(tf.tensor2d([[1, 2]])));
  const tensor = (await tensorsOf(new Map([['w', variable]]))).get('w')!;
  tensor.data[0] = 9;
  tensor.shape[0] = 9;
  expect(variable.arraySync()).toEqual([[1, 2]]);
  variable.dispose();
});
