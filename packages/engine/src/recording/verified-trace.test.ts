// A step is verified on a few examples of its batch; the whole batch is computed where they cannot tell.
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { toyTraining } from '../../test/toy-training.js';
import { initEngine } from '../engine.js';
import { record } from './record.js';
import type { NamedTensors } from './trace.js';

const missing = await tensorFlowMissing();
const BATCH = 64;

const batchOf = (seed: number) => tf.randomNormal([BATCH, 5], 0, 1, 'float32', seed);

describe.skipIf(missing)(`a batch of ${BATCH}${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(async () => {
    await initEngine({ backend: 'tensorflow' });
    tf.disposeVariables();
  });
  let tensors: number;
  beforeEach(() => {
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    tf.disposeVariables();
    expect(tf.memory().numTensors).toBe(tensors);
  });

  /** Records `step` on a batch; returns what it gives for another batch, and the sizes of the batches whose values were computed. */
  async function recordAndRun(step: (inputs: NamedTensors) => NamedTensors) {
    const computed: (number | undefined)[] = [];
    const observed = (inputs: NamedTensors) => {
      const before = observedOps();
      const outputs = step(inputs);
      if (observedOps() > before) computed.push(inputs['x']!.shape[0]);
      return outputs;
    };
    const [x, other] = [batchOf(1), batchOf(2)];
    const recorded = await record(observed, { inputs: { x } });
    const actual = await recorded.run({ x: other });
    await recorded.dispose();
    const expected = tf.tidy(() =>
      Object.fromEntries(Object.entries(step({ x: other })).map(([name, value]) => [name, [...value.dataSync()]])),
    );
    tf.dispose([x, other]);
    return { actual, expected, computed };
  }

  const execute = vi.fn();
  const observedOps = () => execute.mock.calls.length;
  beforeAll(() => {
    const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number; createTensor: unknown } };
    const eager = Object.getPrototypeOf(Object.getPrototypeOf(binding)) as {
      executeOp: (...args: unknown[]) => unknown;
    };
    const { executeOp } = eager;
    eager.executeOp = function (...args) {
      execute();
      return executeOp.apply(this, args);
    };
    return () => (eager.executeOp = executeOp);
  });

  test('is computed for four examples, and has the whole batch’s shapes and scales', async () => {
    const { actual, expected, computed } = await recordAndRun(({ x }) => {
      const [left, right] = tf.split(x as tf.Tensor2D, [2, 3], 1);
      const slope = tf.grad((x: tf.Tensor) => tf.mean(tf.square(tf.sub(x, tf.mean(x, 0)))));
      const [height] = x!.shape;
      return {
        slope: slope(x!),
        sums: tf.concat([tf.sum(left!, 1), tf.max(right!, 1)], 0),
        turned: tf.transpose(x!),
        padded: tf.pad(tf.reshape(x!, [height! / 2, 10]), [
          [0, 1],
          [2, 0],
        ]),
        tiled: tf.tile(tf.expandDims(tf.range(0, height!)), [3, 1]),
        picked: tf.gather(x!, tf.tensor1d([height! - 1, 0], 'int32')),
      };
    });
    expect(computed).toEqual([4]);
    for (const [name, values] of Object.entries(expected)) {
      expect(actual[name]).toHaveLength(values.length);
      values.forEach((value, i) => expect(actual[name]![i]).toBeCloseTo(value, 5));
    }
  });

  test.each([
    [
      'does other things for another size',
      ({ x }: NamedTensors) => ({ y: x!.shape[0] === BATCH ? tf.neg(x!) : tf.exp(x!) }),
    ],
    [
      'does not exist for another size',
      ({ x }: NamedTensors) => ({ y: tf.mul(x!, tf.range(0, BATCH * 5).reshape([BATCH, 5])) }),
    ],
  ])('is computed whole where the step %s', async (_, step) => {
    const { actual, expected, computed } = await recordAndRun(step);
    expect(computed.at(-1)).toBe(BATCH);
    expected['y']!.forEach((value, i) => expect(actual['y']![i]).toBeCloseTo(value, 5));
  });

  test.each(['dense', 'convolutional'] as const)('trains a %s network as a batch computed whole does', async (kind) => {
    const training = toyTraining(kind, BATCH);
    const inputs = training.inputs(0);
    const recorded = await record(training.step, { inputs, variables: training.variables, release: true });
    const losses: number[] = [];
    for (let i = 0; i < 5; i++) losses.push((await recorded.run(inputs)).loss[0]!);
    await recorded.dispose();
    const eager = toyTraining(kind, BATCH);
    losses.forEach((loss) => expect(loss / tf.tidy(() => eager.step(inputs).loss.dataSync()[0]!)).toBeCloseTo(1, 4));
    tf.dispose(inputs);
  });
});
