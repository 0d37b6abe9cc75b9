// A recorded step is the same in every process and thread, and holds no memory; recorded-processes.slow.test.ts runs it for longer.
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from './backends.js';
import { initEngine } from '../src/engine.js';
import { growthOf, inProcess, script, type LoopResult } from './recorded-process.js';
import { toyTraining } from './toy-training.js';

const missing = await tensorFlowMissing();

async function inWorker(steps: number): Promise<LoopResult> {
  // --import tsx does not reach a worker in Node 20
  const load = `require('tsx/esm/api').register(); import(${JSON.stringify(script.href)});`;
  const worker = new Worker(load, { eval: true, argv: [String(steps)] });
  return new Promise((resolve, reject) => {
    worker.once('message', (message: string) => resolve(JSON.parse(message) as LoopResult));
    worker.once('error', reject);
  });
}

describe.skipIf(missing)(`a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('gives the same bits in two processes, the losses of 1,000 eager steps, and holds its memory', async () => {
    const [first, second] = [await inProcess(1000), await inProcess(1000)];
    expect(second.parameters).toBe(first.parameters);
    expect(second.losses).toEqual(first.losses);
    expect(Math.abs(growthOf(first))).toBeLessThan(0.05);

    await initEngine({ backend: 'tensorflow' });
    const { step, inputs } = toyTraining('convolutional');
    const batches = Array.from({ length: 10 }, (_, i) => inputs(i));
    const eager = Array.from({ length: 1000 }, (_, i) => tf.tidy(() => step(batches[i % 10]!).loss.dataSync()[0]!));
    expect(eager.at(-1)).toBeLessThan(eager[0]! / 2); // it trains
    const lastEpoch = (losses: readonly number[]) => losses.slice(-10).reduce((sum, loss) => sum + loss, 0);
    // rounding after 1,000 steps that feed on each other
    expect(Math.abs(lastEpoch(first.losses) / lastEpoch(eager) - 1)).toBeLessThan(1e-3);
  }, 120_000);

  test('runs in a worker thread as it does in a process', async () => {
    const [thread, child] = [await inWorker(20), await inProcess(20)];
    expect(thread.losses).toEqual(child.losses);
    expect(thread.parameters).toBe(child.parameters);
  }, 60_000);
});
