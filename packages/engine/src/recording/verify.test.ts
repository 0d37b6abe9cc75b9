import { describe, expect, test } from 'vitest';
import type { RecordedStep } from './recorded-step.js';
import type { Trace } from './trace.js';
import { verifyReplay } from './verify.js';

/** Verifies a step whose one variable has these values after the eager step, and those after the replay. */
function verifyVariable(expected: Float32Array, replayed: Float32Array): Promise<void> {
  const step = { run: async () => ({}), samples: async () => new Map([['w', replayed]]) } as unknown as RecordedStep;
  return verifyReplay(step, {}, { outputs: [], variables: [{ name: 'w', result: expected }] } as unknown as Trace);
}

const ones = (length: number) => new Float32Array(length).fill(1);
/** Ones, with the first `count` values another. */
const changed = (length: number, count: number, value: number) => ones(length).fill(value, 0, count);

describe('a replay is taken for the eager step', () => {
  test.each([
    ['is the same', ones(4096)],
    ['differs by rounding', changed(4096, 4096, 1 + 5e-4)],
    ['differs in a small variable by what sums that cancel make of rounding', changed(96, 96, 1 + 5e-3)],
    ['differs in one value of a thousand, as after a division by a gradient that is all but zero', changed(4096, 4, 3)],
  ])('where it %s', async (_, replayed) => {
    await verifyVariable(ones(replayed.length), replayed);
  });

  test('where both are the same NaN or infinity', async () => {
    await verifyVariable(Float32Array.of(NaN, Infinity, 1), Float32Array.of(NaN, Infinity, 1));
  });
});

describe('a replay is refused, with the variable and the difference', () => {
  test.each([
    ['is off everywhere by more than rounding', changed(4096, 4096, 1 + 2e-3)],
    ['is off in more values than one of a thousand', changed(4096, 6, 3)],
    ['is a small variable that is off by more', changed(96, 96, 1 + 2e-2)],
    ['has one NaN', changed(4096, 1, NaN)],
    ['has one infinity', changed(4096, 1, Infinity)],
    ['is off in one value of few', changed(999, 1, 3)],
  ])('where it %s', async (_, replayed) => {
    await expect(verifyVariable(ones(replayed.length), replayed)).rejects.toThrow(
      /variable w of the replayed graph differs from the eager step's/,
    );
  });

  test('where the eager step gave zeros', async () => {
    await expect(verifyVariable(new Float32Array(10), ones(10))).rejects.toThrow(/variable w/);
  });
});

test('an output that is zero in exact numbers may be rounding in either graph, and nothing more', async () => {
  const verifyOutput = (expected: number, replayed: number) => {
    const step = { run: async () => ({ loss: Float32Array.of(replayed) }), samples: async () => new Map() };
    const outputs = [{ name: 'loss', result: Float32Array.of(expected) }];
    return verifyReplay(step as unknown as RecordedStep, {}, { outputs, variables: [] } as unknown as Trace);
  };
  await verifyOutput(1e-14, 3e-14);
  await expect(verifyOutput(0, 1e-6)).rejects.toThrow(/output loss of the replayed graph differs/);
});
