// What train-loop.ts reports of a training loop in a process of its own, and what a loop without a leak does.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { bundled } from './bundled.js';
import type { TrainLoopReport } from './train-loop.js';

const LOOP = `${await bundled('train-loop.ts')}/train-loop.mjs`;
export const ALLOWED_GROWTH = 0.05;

export async function trainLoop({
  steps,
  leakBytes = 0,
}: {
  steps: number;
  leakBytes?: number;
}): Promise<TrainLoopReport> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    LOOP,
    String(steps),
    String(leakBytes),
  ]);
  return JSON.parse(stdout) as TrainLoopReport;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/**
 * How much memory grew over the run, as a fraction: the median growth between samples, times their number. V8 and malloc give memory back,
 * and take it, in rare steps of some tens of MB; a leak is in every interval.
 */
export function growth({ rss }: TrainLoopReport): number {
  const warm = rss.slice(rss.length / 5);
  const steps = warm.slice(1).map((bytes, i) => bytes - warm[i]!);
  return (median(steps) * rss.length) / median(warm);
}

/** No memory and no tensor more at the end than after the first steps. */
export function expectNothingHeld(report: TrainLoopReport): void {
  expect(Math.abs(growth(report))).toBeLessThan(ALLOWED_GROWTH);
  const [early, late] = [report.rss.slice(4, 8), report.rss.slice(-4)].map(median) as [number, number];
  expect(late / early - 1).toBeLessThan(ALLOWED_GROWTH);
  expect(report.tensors.last).toBe(report.tensors.first);
  expect(report.nativeTensors.last).toBe(report.nativeTensors.first);
}
