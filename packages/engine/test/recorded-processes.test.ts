// A recorded step is the same in every process and thread, and holds no memory; recorded-processes.slow.test.ts runs it for longer.
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { expectLossesOfEagerSteps, growthOf, inProcess, script, type LoopResult } from './recorded-process.js';

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
  test('gives the same bits in two processes, the losses of eager steps, and holds its memory', async () => {
    const [first, second] = await Promise.all([inProcess(1000), inProcess(1000)]);
    expect(second.parameters).toBe(first.parameters);
    expect(second.losses).toEqual(first.losses);
    expect(Math.abs(growthOf(first))).toBeLessThan(0.05);
    await expectLossesOfEagerSteps(first, 200);
  }, 120_000);

  test('runs in a worker thread as it does in a process', async () => {
    const [thread, child] = await Promise.all([inWorker(20), inProcess(20)]);
    expect(thread.losses).toEqual(child.losses);
    expect(thread.parameters).toBe(child.parameters);
  }, 60_000);
});
