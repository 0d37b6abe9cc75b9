// Real processes on this machine that train together: distribute.slow.test.ts runs them for longer.
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { clusterOf, freeAddresses, worker } from './cluster-processes.js';
import type { WorkerResult } from './cluster-worker.js';

const missing = await tensorFlowMissing();
const STEPS = 20;

const floats = ({ variables }: WorkerResult) =>
  new Float32Array(new Uint8Array(Buffer.from(variables, 'base64')).buffer);

/** ‖a − b‖ / ‖b‖ */
function relativeDistance(a: Float32Array, b: Float32Array): number {
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(a.map((value, i) => value - b[i]!)) / norm(b);
}

describe.skipIf(missing)(`a cluster of processes${missing ? ` (SKIPPED: ${missing})` : ''}`, () => {
  test('of two and of three trains as one process does, whose workers are equal to the bit', async () => {
    const alone = (await worker({ steps: STEPS }))!;
    for (const count of [2, 3]) {
      const results = await clusterOf(count, { steps: STEPS });
      for (const result of results) {
        expect(result?.error).toBeUndefined();
        expect(result!.variables).toBe(results[0]!.variables);
        expect(result!.losses).toEqual(results[0]!.losses);
        expect(result!.reason).toContain('only this machine reaches them');
      }
      expect(relativeDistance(floats(results[0]!), floats(alone))).toBeLessThan(1e-6);
    }
  }, 120_000);

  const deadline = 3;
  const ends = { cluster: { answerSeconds: deadline, startSeconds: 4 * deadline }, steps: 1_000_000 };

  test.each([0, 1])(
    'ends when worker %i is killed: the others name it',
    async (killed) => {
      const results = await clusterOf(3, ends, { [killed]: { harm: { step: 20, signal: 'SIGKILL' } } });
      expect(results[killed]).toBeUndefined();
      const others = results.filter((_, i) => i !== killed);
      for (const other of others) {
        expect(other!.losses.length).toBeGreaterThanOrEqual(20);
        expect(other!.error).toMatch(/^ClusterError: (Workers? .*(is|are) gone|Another worker has ended)/);
        expect(other!.seconds).toBeLessThan(2 * deadline);
      }
      expect(others.some((other) => other!.error!.includes(`Worker ${killed} (localhost:`))).toBe(true);
    },
    120_000,
  );

  test('ends within the deadline when a worker is frozen: the others name it', async () => {
    const [other] = await clusterOf(2, ends, { 1: { harm: { step: 20, signal: 'SIGSTOP' } } });
    expect(other!.error).toMatch(
      /^ClusterError: Worker 1 \(localhost:\d+\) did not answer for 3 s: frozen, gone, or cut off/,
    );
    expect(other!.seconds).toBeLessThan(2 * deadline);
  }, 120_000);

  test('is reached from this machine alone', async () => {
    const [workers] = [await freeAddresses(1)];
    const { reached } = (await worker({ cluster: { workers, index: 0 }, steps: 1, reach: true }))!;
    expect(reached).toContainEqual(['127.0.0.1', true]);
    expect(reached!.filter(([address]) => address !== '127.0.0.1').map(([, connected]) => connected)).not.toContain(
      true,
    );
  }, 60_000);

  test('begins when its last worker does, and ends where one never comes', async () => {
    const late = await clusterOf(2, { steps: 1 }, { 0: { delay: 3 } });
    expect(late.map((one) => one!.error)).toEqual([undefined, undefined]);
    const workers = await freeAddresses(2);
    const never = (await worker({ cluster: { workers, index: 1, startSeconds: 2 }, steps: 1 }))!;
    expect(never.error).toBe(
      `ClusterError: Worker 0 (${workers[0]}) did not begin within 2 s: nothing answers there. ` +
        'All workers must be started with the same list of addresses.',
    );
  }, 120_000);
});
