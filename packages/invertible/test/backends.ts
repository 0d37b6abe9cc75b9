// The backends that every suite runs on: plain JavaScript, and wasm as it comes (without a gradient kernel for convolution filters).
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs';
import type { Invertible } from '../src/index.js';
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

/** Both directions and their log-determinants are the same on cpu as on wasm, the current backend, to 1e-4 of their size. */
export async function expectCpuToAgree(
  g: Invertible,
  { x, y, context }: { x: tf.Tensor; y: tf.Tensor; context?: tf.Tensor | undefined },
): Promise<void> {
  const outputs = () =>
    tf.tidy(() => {
      const [forward, inverse] = [g.applyWithLogDet(x, context), g.invertWithLogDet(y, context)];
      return [forward.y, forward.logDet, inverse.x, inverse.logDet].map((tensor) => Array.from(tensor.dataSync()));
    });
  const onWasm = outputs();
  await tf.setBackend('cpu');
  const onCpu = outputs();
  await tf.setBackend('wasm');
  onWasm.forEach((values, i) =>
    values.forEach((value, j) => expect(Math.abs(value - onCpu[i]![j]!)).toBeLessThan(1e-4 * (1 + Math.abs(value)))),
  );
}
