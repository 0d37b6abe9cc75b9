// The backends that every suite runs on: plain JavaScript, and wasm as it comes (without a gradient kernel for convolution filters).
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { registerWasm } from './wasm.js';

export const backends = ['cpu', 'wasm'];

/** Runs the suite it is called in on a backend, and sees that no test leaves a tensor behind. */
export function useBackend(name: string): void {
  let before: number;
  beforeAll(async () => {
    if (name === 'wasm') registerWasm();
    expect(await tf.setBackend(name)).toBe(true);
  });
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
  });
}
