// A recorded step that is run for long holds no memory.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from './backends.js';
import { growthOf, inProcess } from './recorded-process.js';

const missing = await tensorFlowMissing();

describe.skipIf(missing)(`a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('holds its memory over 10,000 steps', async () => {
    expect(Math.abs(growthOf(await inProcess(10_000)))).toBeLessThan(0.05);
  });
});
