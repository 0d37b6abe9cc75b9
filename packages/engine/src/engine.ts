// initEngine: the fastest tfjs backend this machine can run, ready to use, and one line that says which and why.
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { EngineError } from './errors.js';
import { findLibTensorFlow, type LibTensorFlow } from './libtensorflow/find.js';
import { registerTensorFlowBackend } from './tensorflow/backend.js';
import { readyCpuBackend, readyWasmBackend } from './wasm/backend.js';
import { nameOf, type Adapter, type OpenAdapter } from './webgpu/adapter.js';
import { findAdapter, registerWebGpuBackend } from './webgpu/backend.js';

const BACKENDS = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

type Backend = (typeof BACKENDS)[number];

export interface EngineOptions {
  /**
   * `auto`: TensorFlow with CUDA; else webgpu, where its packages are installed and a GPU is there; else TensorFlow on the CPU, where
   * libtensorflow is found; else wasm; else cpu. LIN_BACKEND, where set, decides for `auto`.
   */
  backend?: 'auto' | Backend;
  /** true: a GPU with CUDA is required; false: `auto` uses no GPU; auto: it uses one where there is one. */
  cuda?: boolean | 'auto';
  /** Threads TensorFlow computes with; default: one per core. */
  threads?: number;
}

export interface Engine {
  backend: Backend;
  /** `gpu`: webgpu's, of any vendor; `cpu` where it is a software one. */
  device: 'cpu' | 'cuda' | 'gpu';
  /** The GPU that webgpu computes on. */
  adapter?: Adapter;
  /** TensorFlow's or tfjs's version. */
  version: string;
  threads: number;
  /** Which and why, in one line. */
  reason: string;
}

/**
 * Makes the fastest backend the current one of `@tensorflow/tfjs-core`.
 * @throws EngineError when the backend or GPU that was asked for is not available, or LIN_LIBTENSORFLOW names no library.
 */
export async function initEngine({ backend = 'auto', cuda = 'auto', threads }: EngineOptions = {}): Promise<Engine> {
  const wish = backend === 'auto' ? backendOfEnvironment() : backend;
  if (cuda === true && wish !== 'auto' && wish !== 'tensorflow') {
    throw new EngineError(
      `A GPU with CUDA is required (cuda: true), but the ${wish} backend does not use CUDA; use the tensorflow backend.`,
    );
  }
  if (wish === 'webgpu') return startWebGpu(await findAdapter(), 'as asked');
  if (wish === 'wasm') return startWasm('as asked');
  if (wish === 'cpu') return startCpu('as asked');

  const found = await findLibTensorFlow();
  if (!found && (wish === 'tensorflow' || cuda === true)) {
    throw new EngineError(
      'The tensorflow backend needs libtensorflow, which was not found; fetch it with: npx lin-engine install.',
    );
  }
  const tensorflow = found && registerTensorFlow(found, { cuda, threads });
  const gpu = wish === 'auto' && cuda === 'auto' && tensorflow?.device !== 'cuda' && (await findGpu());
  if (gpu)
    return startWebGpu(
      gpu,
      tensorflow ? 'TensorFlow finds no GPU, WebGPU does' : 'no libtensorflow is found, WebGPU does find a GPU',
    );
  if (tensorflow) return use(tensorflow);
  return startWasm('no libtensorflow is found: npx lin-engine install fetches one, about ten times as fast').catch(
    (error: Error) => startCpu(`neither libtensorflow nor wasm: ${error.message}`),
  );
}

/** The engine on TensorFlow, ready to be used. */
function registerTensorFlow(
  found: LibTensorFlow,
  { cuda, threads = availableParallelism() }: Pick<EngineOptions, 'cuda' | 'threads'>,
): Engine {
  const { device, version } = registerTensorFlowBackend(found, { threads, gpu: cuda !== false });
  if (cuda === true && device !== 'cuda') {
    throw new EngineError(
      `A GPU is required (cuda: true), but TensorFlow ${version} from ${found.folder} does not find one; ` +
        'check nvidia-smi, or fetch a CUDA build with: npx lin-engine install --cuda --force.',
    );
  }
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

/** The adapter where it is a GPU, and no CPU that plays one; undefined too where webgpu's packages are not installed. */
async function findGpu(): Promise<OpenAdapter | undefined> {
  const open = await findAdapter().catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
  });
  return open?.adapter.isSoftware ? undefined : (open ?? undefined);
}

async function startWebGpu(open: OpenAdapter, why: string): Promise<Engine> {
  await registerWebGpuBackend(open);
  const { adapter } = open;
  const reason = `webgpu: tfjs ${tf.version_core} on ${nameOf(adapter)} (${adapter.isSoftware ? 'a CPU that plays a GPU, ' : ''}${why})`;
  return use({
    backend: 'webgpu',
    device: adapter.isSoftware ? 'cpu' : 'gpu',
    adapter,
    version: tf.version_core,
    threads: 1,
    reason,
  });
}

async function startWasm(why: string): Promise<Engine> {
  const threads = await readyWasmBackend();
  return use({
    backend: 'wasm',
    device: 'cpu',
    version: tf.version_core,
    threads,
    reason: `wasm: tfjs ${tf.version_core} (${why})`,
  });
}

async function startCpu(why: string): Promise<Engine> {
  await readyCpuBackend();
  return use({
    backend: 'cpu',
    device: 'cpu',
    version: tf.version_core,
    threads: 1,
    reason: `cpu: tfjs ${tf.version_core} in plain JavaScript (${why})`,
  });
}

/** Makes the engine's backend the current one. */
async function use(engine: Engine): Promise<Engine> {
  if (!(await tf.setBackend(engine.backend)))
    throw new EngineError(`tfjs cannot start its ${engine.backend} backend on this machine.`);
  await tf.ready();
  return engine;
}

function backendOfEnvironment(): 'auto' | Backend {
  const wish = process.env['LIN_BACKEND'] || 'auto';
  const known = ['auto', ...BACKENDS] as const;
  const backend = known.find((name) => name === wish);
  if (backend) return backend;
  throw new EngineError(`LIN_BACKEND is "${wish}"; it is one of ${known.join(', ')}.`);
}
