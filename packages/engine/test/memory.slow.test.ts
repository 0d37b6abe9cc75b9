// Freed tensors free native memory: a small training loop holds as much after 10,000 steps as after its first ones.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { expectNothingHeld, trainLoop } from './memory-of-loop.js';

const skipped = await tensorFlowMissing();

describe.skipIf(skipped)(`a training loop on tensorflow${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test('keeps its memory within 5 % over 10,000 steps, and every tensor it has no use for is freed', async () => {
    const report = await trainLoop({ steps: 10_000 });
    expectNothingHeld(report);
    expect(report.loss.last).toBeLessThan(report.loss.first / 100); // it did train
  });
});
