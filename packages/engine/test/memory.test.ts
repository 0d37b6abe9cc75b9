// Freed tensors free native memory: a small training loop holds as much after 400 steps as after its first ones; memory.slow.test.ts runs
// 10,000.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { ALLOWED_GROWTH, expectNothingHeld, growth, trainLoop } from './memory-of-loop.js';

const skipped = await tensorFlowMissing();

describe.skipIf(skipped)(`a training loop on tensorflow${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test('keeps its memory within 5 % over 400 steps, and every tensor it has no use for is freed', async () => {
    const report = await trainLoop({ steps: 400 });
    expectNothingHeld(report);
    expect(report.loss.last).toBeLessThan(report.loss.first); // it did train
  }, 180_000);

  test('would be seen to leak: 256 KB left behind by each of 200 steps', { timeout: 180_000 }, async () => {
    const report = await trainLoop({ steps: 200, leakBytes: 256 * 1024 });
    expect(growth(report)).toBeGreaterThan(ALLOWED_GROWTH);
    expect(report.nativeTensors.last).toBe(report.nativeTensors.first + 200);
  });
});
