// What errors.test.ts has no time for: memory that runs out, for which TensorFlow waits ten seconds, and random calls at length.
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TensorFlowError } from '../src/errors.js';
import { askAnything } from './ask-anything.js';
import { nativeTensors, on, readyBackends } from './backends.js';

const [{ skipped, title, version }] = await readyBackends();
const older = Number(version.split('.')[1]) < 21; // 2.16 ends the process where it runs out of memory

describe.skipIf(skipped)(`on ${title}`, () => {
  const held = () => ({ tensors: tf.memory().numTensors, native: nativeTensors() });
  let before: ReturnType<typeof held>;
  beforeEach(() => {
    before = held();
  });
  afterEach(() => expect(held()).toEqual(before));

  test.skipIf(older)('more memory than there is becomes a TensorFlowError that names its op', () => {
    const tile = () => on('tensorflow', () => tf.tidy(() => void tf.tile(tf.ones([1000, 1000]), [1e5, 1e5])));
    expect(tile).toThrow(TensorFlowError);
    expect(tile).toThrow(/^Tile: OOM when allocating/);
  });

  test('whatever is asked of an op, 20,000 times, it answers or throws an Error, and holds nothing', () => {
    on('tensorflow', () => askAnything(20_000));
  });
});
