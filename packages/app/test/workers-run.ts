// `nx train app --workers N` in processes, with workers that are killed.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '@lin/engine';
import { readSafetensors } from '@lin/safetensors/file';
import type { AppFolder, AppResult } from './run-app.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const APP = ['--conditions=@lin/source', '--import', 'tsx', 'packages/app/src/main.ts'];
/** One thread each: a sum over threads rounds as their number has it. */
const TENSORFLOW = [
  'device.backend=tensorflow',
  'device.threads=1',
  'device.precision=float32',
  'training.checkpoint_interval=1',
];

export const trainArguments = (app: AppFolder, name: string, ...more: string[]) => [
  'train',
  ...['--config', app.file('tiny.yaml'), '--name', name],
  ...TENSORFLOW.flatMap((pair) => ['--set', pair]),
  ...more,
];

/** Kills worker `index` as soon as a step of this number, or a later one, is logged. */
export interface Kill {
  index: number;
  step: number;
}

/** Runs the app; its workers are killed one after the other as `kills` says. */
export async function runWorkers(
  app: AppFolder,
  name: string,
  args: string[],
  kills: readonly Kill[] = [],
): Promise<AppResult> {
  const child = spawn(process.execPath, [...APP, ...args], {
    cwd: ROOT,
    env: { ...process.env, LIN_TEST_BUNDLES: undefined, LIN_CACHE: cacheFolder(), ...app.environment() },
  });
  const result: AppResult = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  const ended = new Promise<void>((resolve) =>
    child.once('close', (code) => {
      result.code = code;
      resolve();
    }),
  );
  for (const { index, step } of kills) {
    while (result.code === null && (await stepsOf(app, name)) < step) await sleep(20);
    const workers = await childrenOf(child.pid!);
    if (workers[index] !== undefined) process.kill(workers[index], 'SIGKILL');
    while (result.code === null && (await childrenOf(child.pid!)).some((pid) => workers.includes(pid))) await sleep(20);
  }
  await ended;
  return result;
}

interface LoggedStep {
  step: number;
  loss: number;
}

/** What a run has logged. */
export async function rowsOf(app: AppFolder, name: string): Promise<LoggedStep[]> {
  const text = await readFile(app.file('runs', name, 'metrics.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LoggedStep);
}

const stepsOf = async (app: AppFolder, name: string) => (await rowsOf(app, name)).at(-1)?.step ?? 0;

/** In the order in which they were started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

/** All floats of a run's last checkpoint, one tensor after the other. */
export async function weightsOf(app: AppFolder, name: string, step: number): Promise<Float32Array> {
  const file = `step-${String(step).padStart(8, '0')}.safetensors`;
  const { tensors } = await readSafetensors(app.file('runs', name, 'checkpoints', file));
  const names = [...tensors.keys()].sort();
  return Float32Array.from(names.flatMap((tensor) => Array.from(tensors.get(tensor)!.data as Float32Array)));
}
