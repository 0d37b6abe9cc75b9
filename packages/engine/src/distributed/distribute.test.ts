// What is refused before any server is started; processes that train together are in test/distribute.test.ts.
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../../tools/tensorflow-for-tests.js';
import { initEngine } from '../engine.js';
import { ClusterConfigError, ClusterError, EngineError } from '../errors.js';
import { meanOverWorkers } from './all-reduce.js';
import { distribute } from './distribute.js';

const missing = await tensorFlowMissing();

test('without TensorFlow nothing is distributed', async () => {
  await initEngine({ backend: 'cpu' });
  await expect(distribute({ workers: ['localhost:1'], index: 0 })).rejects.toThrow(EngineError);
});

describe.skipIf(missing)(`distribute${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  beforeAll(() => initEngine({ backend: 'tensorflow' }));

  test('asks who trains together', async () => {
    await expect(distribute()).rejects.toThrow(ClusterConfigError);
    await expect(distribute({ workers: ['nowhere'], index: 0 })).rejects.toThrow('"nowhere" is no address');
  });

  test('starts no server that others reach, unless the network is said to be private', async () => {
    const refused = distribute({ workers: ['node1:2222', 'node2:2222'], index: 0 });
    await expect(refused).rejects.toThrow(ClusterError);
    await expect(refused).rejects.toThrow(/port 2222 of every network of this machine, asks nobody who they are/);
  });

  test('means over workers are of recorded steps', () => {
    expect(() => tf.tidy(() => meanOverWorkers([tf.zeros([2])], () => 1))).toThrow('in a recorded step only');
  });
});
