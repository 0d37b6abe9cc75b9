// Freed tensors free native memory: a small training loop holds as much after 10,000 steps as after its first ones.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { tensorFlowMissing } from './backends.js';
import type { TrainLoopReport } from './train-loop.js';

const skipped = await tensorFlowMissing();
const LOOP = fileURLToPath(new URL('train-loop.ts', import.meta.url));
const ALLOWED = 0.05;

async function trainLoop(steps: number, leakBytes = 0): Promise<TrainLoopReport> {
  const node = ['--expose-gc', '--conditions=@lin/source', '--import', 'tsx'];
  const { stdout } = await promisify(execFile)(process.execPath, [...node, LOOP, String(steps), String(leakBytes)]);
  return JSON.parse(stdout) as TrainLoopReport;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/**
 * How much memory grew over the run, as a fraction: the median growth between samples, times their number. V8 and malloc give memory back, and
 * take it, in rare steps of some tens of MB; a leak is in every interval.
 */
function growth({ rss }: TrainLoopReport): number {
  const warm = rss.slice(rss.length / 5);
  const steps = warm.slice(1).map((bytes, i) => bytes - warm[i]!);
  return (median(steps) * rss.length) / median(warm);
}

describe.skipIf(skipped)(`a training loop on tensorflow${skipped ? ` (SKIPPED: ${skipped})` : ''}`, () => {
  test(
    'keeps its memory within 5 % over 10,000 steps, and every tensor it has no use for is freed',
    { timeout: 180_000 },
    async () => {
      const report = await trainLoop(10_000);
      expect(Math.abs(growth(report))).toBeLessThan(ALLOWED);
      const [early, late] = [report.rss.slice(10, 20), report.rss.slice(-10)].map(median) as [number, number];
      expect(late / early - 1).toBeLessThan(ALLOWED);
      expect(report.tensors.last).toBe(report.tensors.first);
      expect(report.nativeTensors.last).toBe(report.nativeTensors.first);
      expect(report.loss.last).toBeLessThan(report.loss.first / 100); // it did train
    },
  );

  test('would be seen to leak: 256 KB left behind by each of 200 steps', { timeout: 180_000 }, async () => {
    const report = await trainLoop(200, 256 * 1024);
    expect(growth(report)).toBeGreaterThan(ALLOWED);
    expect(report.nativeTensors.last).toBe(report.nativeTensors.first + 200);
  });
});
