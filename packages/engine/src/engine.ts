// initEngine: the fastest tfjs backend this machine can run, ready to use, and one line that says which and why.
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { EngineError } from './errors.js';
import { findLibTensorFlow, type LibTensorFlow } from './libtensorflow/find.js';
import { registerTensorFlowBackend } from './tensorflow/backend.js';
import { readyCpuBackend, readyWasmBackend } from './wasm/backend.js';

export interface EngineOptions {
  /** `auto`: TensorFlow where libtensorflow is found, else wasm, else cpu. LIN_BACKEND, where set, decides for `auto`. */
  backend?: 'auto' | 'tensorflow' | 'wasm' | 'cpu';
  /** true: a GPU is required; false: none is used; auto: one is used where TensorFlow finds it. */
  cuda?: boolean | 'auto';
  /** Threads TensorFlow computes with; default: one per core. */
  threads?: number;
}

export interface Engine {
  backend: 'tensorflow' | 'wasm' | 'cpu';
  device: 'cpu' | 'cuda';
  /** TensorFlow's or tfjs's version. */
  version: string;
  threads: number;
  /** Which and why, in one line. */
  reason: string;
}

/**
 * Makes the fastest backend the current one of `@tensorflow/tfjs-core`.
 * @throws EngineError when the backend or GPU that was asked for cannot be had, or LIN_LIBTENSORFLOW names no library.
 */
export async function initEngine({ backend = 'auto', cuda = 'auto', threads }: EngineOptions = {}): Promise<Engine> {
  const wish = backend === 'auto' ? backendOfEnvironment() : backend;
  if (cuda === true && wish !== 'auto' && wish !== 'tensorflow') {
    throw new EngineError(`A GPU is required (cuda: true), but the ${wish} backend has none; use the tensorflow backend.`);
  }
  if (wish === 'wasm') return readyWasm('as asked');
  if (wish === 'cpu') return readyCpu('as asked');

  const found = await findLibTensorFlow();
  if (found) return readyTensorFlow(found, { cuda, threads });
  if (wish === 'tensorflow' || cuda === true) {
    throw new EngineError('The tensorflow backend needs libtensorflow, and none is found; fetch it with: npx lin-engine install.');
  }
  return readyWasm('no libtensorflow is found: npx lin-engine install fetches one, about ten times as fast').catch((error: Error) =>
    readyCpu(`neither libtensorflow nor wasm: ${error.message}`),
  );
}

async function readyTensorFlow(
  found: LibTensorFlow,
  { cuda, threads = availableParallelism() }: Pick<EngineOptions, 'cuda' | 'threads'>,
): Promise<Engine> {
  const { device, version } = registerTensorFlowBackend(found, { threads, gpu: cuda !== false });
  if (cuda === true && device !== 'cuda') {
    throw new EngineError(
      `A GPU is required (cuda: true), but TensorFlow ${version} from ${found.folder} finds none; check nvidia-smi, or fetch a CUDA build with: npx lin-engine install --cuda --force.`,
    );
  }
  await use('tensorflow');
  const where = device === 'cuda' ? 'CUDA' : `${threads} CPU thread${threads === 1 ? '' : 's'}`;
  return {
    backend: 'tensorflow',
    device,
    version,
    threads,
    reason: `tensorflow: TensorFlow ${version} on ${where} (${SOURCES[found.source]})`,
  };
}

const SOURCES: Record<LibTensorFlow['source'], string> = {
  env: 'libtensorflow named by LIN_LIBTENSORFLOW',
  cache: "libtensorflow in Lin's cache",
  'tfjs-node-gpu': 'libtensorflow that tfjs-node-gpu fetched',
  python: 'libtensorflow of the Python environment',
};

async function readyWasm(why: string): Promise<Engine> {
  const threads = await readyWasmBackend();
  await use('wasm');
  return { backend: 'wasm', device: 'cpu', version: tf.version_core, threads, reason: `wasm: tfjs ${tf.version_core} (${why})` };
}

async function readyCpu(why: string): Promise<Engine> {
  await readyCpuBackend();
  await use('cpu');
  return { backend: 'cpu', device: 'cpu', version: tf.version_core, threads: 1, reason: `cpu: tfjs ${tf.version_core} in plain JavaScript (${why})` };
}

async function use(backend: Engine['backend']): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new EngineError(`tfjs cannot start its ${backend} backend on this machine.`);
  await tf.ready();
}

function backendOfEnvironment(): EngineOptions['backend'] {
  const wish = process.env['LIN_BACKEND'] || 'auto';
  if (wish === 'auto' || wish === 'tensorflow' || wish === 'wasm' || wish === 'cpu') return wish;
  throw new EngineError(`LIN_BACKEND is "${wish}"; it is one of auto, tensorflow, wasm, cpu.`);
}
