// Training together for long: nothing grows.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { clusterOf } from './cluster-processes.js';

const missing = await tensorFlowMissing();

describe.skipIf(missing)(`a cluster of two processes${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('has as many threads and as much memory after 2,000 steps as after 200', async () => {
    for (const result of await clusterOf(2, { steps: 2000 })) {
      expect(result!.error).toBeUndefined();
      expect(result!.threads[1]).toBeLessThanOrEqual(result!.threads[0] + 2);
      expect(result!.memory[1] / result!.memory[0]).toBeLessThan(1.05);
    }
  }, 300_000);
});
