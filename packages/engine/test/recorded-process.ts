// recorded-loop.ts in a process of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { initEngine } from '../src/engine.js';
import { bundled } from './bundled.js';
import { toyTraining } from './toy-training.js';

export const LOOP = `${await bundled('recorded-loop.ts')}/recorded-loop.mjs`;

export interface LoopResult {
  losses: number[];
  parameters: string;
  rss: number[];
}

export async function inProcess(steps: number): Promise<LoopResult> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', LOOP, String(steps)], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as LoopResult;
}

/** How much memory grew from the first quarter of its samples to the last, as a fraction. */
export function growthOf({ rss }: LoopResult): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const quarter = Math.floor(rss.length / 4);
  return mean(rss.slice(-quarter)) / mean(rss.slice(0, quarter)) - 1;
}

/** Within rounding of `steps` steps that feed on each other, op by op in this process. */
export async function expectLossesOfEagerSteps({ losses }: LoopResult, steps: number): Promise<void> {
  await initEngine({ backend: 'tensorflow' });
  const { step, inputs, variables } = toyTraining('convolutional');
  const batches = Array.from({ length: 10 }, (_, i) => inputs(i));
  const eager = Array.from({ length: steps }, (_, i) => tf.tidy(() => step(batches[i % 10]!).loss.dataSync()[0]!));
  tf.dispose([batches, ...variables.values()] as tf.TensorContainer);
  expect(eager.at(-1)).toBeLessThan(eager[0]! / 2); // it trains
  const epoch = (all: readonly number[]) => all.slice(steps - 10, steps).reduce((sum, loss) => sum + loss, 0);
  expect(Math.abs(epoch(losses) / epoch(eager) - 1)).toBeLessThan(1e-3);
}
