// A recorded step is the same in every process and thread, and holds no memory; recorded-processes.slow.test.ts runs it for longer.
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { expectLossesOfEagerSteps, growthOf, inProcess, LOOP, type LoopResult } from './recorded-process.js';

const missing = await tensorFlowMissing();
const STEPS = 400;

async function inWorker(steps: number): Promise<LoopResult> {
  const worker = new Worker(LOOP, { argv: [String(steps)] });
  return new Promise((resolve, reject) => {
    worker.once('message', (message: string) => resolve(JSON.parse(message) as LoopResult));
    worker.once('error', reject);
  });
}

describe.skipIf(missing)(`a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('gives the same bits in two processes and a thread, the losses of eager steps, and holds its memory', async () => {
    const [first, second] = await Promise.all([inProcess(STEPS), inProcess(STEPS)]);
    const thread = await inWorker(STEPS);
    for (const other of [second, thread]) {
      expect(other.parameters).toBe(first.parameters);
      expect(other.losses).toEqual(first.losses);
    }
    expect(Math.abs(growthOf(first))).toBeLessThan(0.05);
    await expectLossesOfEagerSteps(first, 200);
  }, 120_000);
});
