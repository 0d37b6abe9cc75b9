// A recorded step that is run for long holds no memory, and stays with eager steps.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { expectLossesOfEagerSteps, growthOf, inProcess } from './recorded-process.js';

const missing = await tensorFlowMissing();

describe.skipIf(missing)(`a recorded step${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('gives the losses of 1,000 eager steps', async () => {
    await expectLossesOfEagerSteps(await inProcess(1000), 1000);
  });

  test('holds its memory over 10,000 steps', async () => {
    expect(Math.abs(growthOf(await inProcess(10_000)))).toBeLessThan(0.05);
  });
});
