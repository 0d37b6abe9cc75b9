// Gradient accumulation within a step: the numbers of the whole batch, up to rounding.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { initEngine } from '@lin/engine';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { disposeOf, distillationOf, newSession, parametersOf, toyData, type Session } from '../../test/toy.js';
import { trainingSteps } from './training-steps.js';

const missing = await tensorFlowMissing();

/** Three steps of batches of four, by SGD: Adam's first steps would turn a rounding into a whole step. */
async function train(session: Session, microBatches: number) {
  const reported = [];
  const options = { data: toyData(3), epochs: 1, learningRate: () => 0.05, microBatches };
  for await (const { scalars } of trainingSteps({ ...distillationOf(session), ...options })) reported.push(scalars);
  return reported;
}

async function expectNumbersOfWholeBatch(microBatches: number): Promise<void> {
  const [whole, parts] = [newSession(1, 'sgd'), newSession(1, 'sgd')];
  const before = tf.memory().numTensors;
  const [expected, actual] = [await train(whole, 1), await train(parts, microBatches)];
  expect(tf.memory().numTensors).toBe(before);
  actual.forEach((scalars, i) => {
    for (const name of ['loss', 'cosine', 'gradientNorm'] as const)
      expect(scalars[name], name).toBeCloseTo(expected[i]![name], 5);
  });
  const parameters = parametersOf(whole.model);
  for (const [name, values] of Object.entries(parametersOf(parts.model)))
    values.forEach((value, i) => expect(value, name).toBeCloseTo(parameters[name]![i]!, 5));
  expect(parts.optimiser.step).toBe(3);
  disposeOf(whole, parts);
}

describe('on the cpu backend', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  test.each([2, 4])('a batch in %d parts gives the numbers of the whole one', expectNumbersOfWholeBatch);

  test('parts that are not equal are refused', async () => {
    const session = newSession();
    await expect(train(session, 3)).rejects.toThrow(/a batch of 4 \(x\) is not divided by microBatches, 3\./);
    disposeOf(session);
  });

  test.each([0, 1.5, NaN])('%d parts are refused', (microBatches) => {
    const session = newSession();
    const options = { data: toyData(1), epochs: 1, learningRate: () => 0.1, microBatches };
    expect(() => trainingSteps({ ...distillationOf(session), ...options })).toThrow(
      new RangeError(`trainingStep: microBatches is ${microBatches}; expected an integer of at least 1.`),
    );
    disposeOf(session);
  });
});

describe.skipIf(missing)(`with a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
  });

  test('a batch in 2 parts gives the numbers of the whole one', () => expectNumbersOfWholeBatch(2));
});
