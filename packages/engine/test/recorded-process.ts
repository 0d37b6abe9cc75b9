// recorded-loop.ts in a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { initEngine } from '../src/engine.js';
import { toyTraining } from './toy-training.js';

export const script = new URL('./recorded-loop.ts', import.meta.url);
const LOADER = ['--conditions=@lin/source', '--import', 'tsx'];

export interface LoopResult {
  losses: number[];
  parameters: string;
  rss: number[];
}

export async function inProcess(steps: number): Promise<LoopResult> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...LOADER, '--expose-gc', fileURLToPath(script), String(steps)],
    { maxBuffer: 2 ** 26 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as LoopResult;
}

/** How much memory grew from its first ten samples to its last ten, as a fraction. */
export function growthOf({ rss }: LoopResult): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(rss.slice(-10)) / mean(rss.slice(0, 10)) - 1;
}

/** Within rounding of `steps` steps that feed on each other, op by op in this process. */
export async function expectLossesOfEagerSteps({ losses }: LoopResult, steps: number): Promise<void> {
  await initEngine({ backend: 'tensorflow' });
  const { step, inputs } = toyTraining('convolutional');
  const batches = Array.from({ length: 10 }, (_, i) => inputs(i));
  const eager = Array.from({ length: steps }, (_, i) => tf.tidy(() => step(batches[i % 10]!).loss.dataSync()[0]!));
  expect(eager.at(-1)).toBeLessThan(eager[0]! / 2); // it trains
  const epoch = (all: readonly number[]) => all.slice(steps - 10, steps).reduce((sum, loss) => sum + loss, 0);
  expect(Math.abs(epoch(losses) / epoch(eager) - 1)).toBeLessThan(1e-3);
}
