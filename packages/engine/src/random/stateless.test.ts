import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { initEngine } from '../engine.js';
import { record } from '../recording/record.js';
import { philox } from './philox.js';
import { statelessNormal, statelessUniform, type StatelessOptions } from './stateless.js';

const missing = await tensorFlowMissing();
const SEEDS: [number, number][] = [
  [0, 0],
  [1, 2],
  [-5, 7],
  [2 ** 31 - 1, -(2 ** 31)],
];

async function valuesOn(backend: 'cpu' | 'tensorflow', compute: () => tf.Tensor): Promise<Float32Array> {
  await initEngine({ backend });
  return tf.tidy(() => compute().dataSync<'float32'>());
}

afterAll(() => initEngine({ backend: 'cpu' }));

test('Philox gives the published vectors of Random123 (kat_vectors, philox4x32 10)', () => {
  const ones = 0xffffffff;
  expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
    0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
  ]);
});

describe.skipIf(missing)(`beside TensorFlow's own ops${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test.each(SEEDS)('uniform numbers of seed [%d, %d] are the same bits', async (...seed) => {
    const draw = () => statelessUniform([3, 7], { seed });
    expect(await valuesOn('cpu', draw)).toEqual(await valuesOn('tensorflow', draw));
  });

  test.each(SEEDS)('normal numbers of seed [%d, %d] differ by rounding only', async (...seed) => {
    const draw = () => statelessNormal([1001], { seed });
    const [ours, theirs] = [await valuesOn('cpu', draw), await valuesOn('tensorflow', draw)];
    // float32 log and sine on their side, float64 on ours: a few units in the last place of a number up to 5.7
    ours.forEach((value, i) => expect(Math.abs(value - theirs[i]!)).toBeLessThan(3e-6));
  });

  describe('in a recorded step', () => {
    beforeAll(async () => {
      await initEngine({ backend: 'tensorflow' });
    });

    test('a seed that is an input gives new numbers at every run, and the same for the same seed', async () => {
      const step = ({ seed }: { seed: tf.Tensor }) => ({ noise: statelessNormal([64], { seed: seed as tf.Tensor1D }) });
      const seed = tf.tensor1d([0, 1], 'int32');
      const recorded = await record(step, { inputs: { seed } });
      seed.dispose();
      const run = async (...seed: [number, number]) => (await recorded.run({ seed: Int32Array.from(seed) })).noise;
      const eager = (...seed: [number, number]) => tf.tidy(() => statelessNormal([64], { seed }).dataSync<'float32'>());
      const [first, second, again] = [await run(3, 1), await run(3, 2), await run(3, 1)];
      expect(first).toEqual(eager(3, 1));
      expect(second).toEqual(eager(3, 2));
      expect(second).not.toEqual(first);
      expect(again).toEqual(first);
      await recorded.dispose();
    });
  });
});

test('a seed as a tensor is the seed as numbers, and no tensor is left over', async () => {
  await initEngine({ backend: 'cpu' });
  const before = tf.memory().numTensors;
  const values = (seed: StatelessOptions['seed']) => tf.tidy(() => statelessUniform([5], { seed }).dataSync());
  const tensor = tf.tensor1d([4, 9], 'int32');
  expect(values(tensor)).toEqual(values([4, 9]));
  tensor.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('moments are those of the distributions', async () => {
  const n = 40_000;
  const moments = (values: Float32Array) =>
    [1, 2, 3, 4].map((power) => values.reduce((sum, value) => sum + value ** power, 0) / n);
  const uniform = moments(await valuesOn('cpu', () => statelessUniform([n], { seed: [1, 1] })));
  const normal = moments(await valuesOn('cpu', () => statelessNormal([n], { seed: [1, 1] })));
  // five standard errors of the fourth moment, √(96 / n), is 0.25; of the uniform's, far less
  [1 / 2, 1 / 3, 1 / 4, 1 / 5].forEach((moment, i) => expect(Math.abs(uniform[i]! - moment)).toBeLessThan(0.01));
  [0, 1, 0, 3].forEach((moment, i) => expect(Math.abs(normal[i]! - moment)).toBeLessThan(0.25));
});
