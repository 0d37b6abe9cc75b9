// tfjs's `webgpu` backend in Node: the kernels of tfjs-backend-webgpu over Dawn. Both packages are optional, and loaded only where they are
// asked for.
import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { EngineError } from '../errors.js';
import { correctAveragePoolGradient } from '../kernels/average-pool-gradient.js';
import { correctEmptySums } from '../kernels/empty-sums.js';
import { keepNaN, keepNaNOfEither, keepNaNOfWindowsUnread } from '../kernels/keep-nan.js';
import { correctPowersInShaders } from '../kernels/power.js';
import { replacePrelu } from '../kernels/prelu.js';
import { keepFloatQuotients } from '../kernels/quotients.js';
import { correctResizeGradients } from '../kernels/resize-gradients.js';
import { registerVolumePools } from '../kernels/volume-pools.js';
import { registerVolumeConvolutions } from '../kernels/volumes.js';
import { refuseWindowsThatDoNotFit } from '../kernels/windows-that-fit.js';
import { once } from '../once.js';
import { registerGradients } from '../tfjs/gradients.js';
import { nameOf, openAdapter, type OpenAdapter } from './adapter.js';
import {
  correctAsinh,
  correctAtan2,
  correctIntegerPower,
  correctLogarithms,
  correctLongProducts,
  correctProd,
  correctSoftmax,
  correctSums,
} from './corrections.js';
import { guard } from './guard.js';
import { supportHighRanks } from './high-ranks.js';
import { replaceScans } from './scans.js';

/** What tfjs asks of a device beyond WebGPU's defaults, each as large as the adapter has it: a default buffer ends at 128 MB. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** The adapter whose device the registered backend computes on. */
let running: OpenAdapter | undefined;

/** This machine's adapter; nothing is registered yet. @throws EngineError where a package is not installed, or there is no adapter. */
export async function findAdapter(): Promise<OpenAdapter> {
  if (running) return running;
  const dawn = await installed('webgpu', import('webgpu'));
  await tfjsBackend();
  return openAdapter(dawn);
}

/**
 * Registers the backend on what `findAdapter` found; it is not yet the current one. @throws EngineError where the adapter gives no device.
 */
export async function registerWebGpuBackend(open: OpenAdapter): Promise<void> {
  if (open === running) return;
  registerGradients();
  const { WebGPUBackend } = await tfjsBackend();
  once('webgpu', () => {
    correctAveragePoolGradient('webgpu');
    correctEmptySums('webgpu');
    correctIntegerPower();
    correctPowersInShaders();
    correctProd();
    correctSoftmax();
    correctAsinh();
    correctAtan2();
    keepFloatQuotients('webgpu');
    replacePrelu('webgpu');
    keepNaNOfWindowsUnread('webgpu');
    correctSums();
    correctLogarithms();
    correctLongProducts();
    replaceScans();
    correctResizeGradients('webgpu');
    registerVolumeConvolutions('webgpu');
    registerVolumePools('webgpu');
    refuseWindowsThatDoNotFit('webgpu');
    // WGSL lets a GPU compute as if there were no NaN: one comes out of Sigmoid as 0.
    keepNaN('webgpu', [
      tf.Exp,
      tf.Expm1,
      tf.Sigmoid,
      tf.Softplus,
      tf.Elu,
      tf.Relu6,
      tf.Sign,
      tf.Asinh,
      tf.Acosh,
      tf.Atanh,
      tf.Selu,
      tf.Sinh,
      tf.Cosh,
      tf.Erf,
    ]);
    keepNaNOfEither('webgpu');
    supportHighRanks();
  });
  const { gpu, gpuAdapter, adapter } = open;
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, gpuAdapter.limits[name]]));
  const device = await gpuAdapter.requestDevice({ requiredLimits }).catch((error: Error) => {
    throw new EngineError(
      `${nameOf(adapter)} gives no device (Dawn: ${error.message}); check the GPU's driver and its free memory.`,
    );
  });
  const backend = withNavigator(gpu, () => new WebGPUBackend(device, gpuAdapter.info));
  guard(backend, () => {
    if (running === open) running = undefined; // the next initEngine starts anew
  });
  replaceDispose(backend);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  running = open;
  process.once('exit', () => device.destroy()); // work under way at the exit ends the process by a signal
}

const tfjsBackend = () => installed('@tensorflow/tfjs-backend-webgpu', import('@tensorflow/tfjs-backend-webgpu'));

async function installed<T>(name: string, module: Promise<T>): Promise<T> {
  return module.catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : `cannot be loaded (${error.message.split('\n')[0]})`;
    throw new EngineError(
      `The webgpu backend needs the package ${name}, which ${reason}; install both it needs with: ` +
        'npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0.',
    );
  });
}

/**
 * tfjs takes WebGPU to be where navigator.gpu is. It is there no longer than tfjs looks: left there, tfjs would register a backend of its
 * own, and Node not end.
 */
function withNavigator<T>(gpu: GPU, work: () => T): T {
  const { navigator } = globalThis as { navigator?: object }; // from Node 21 on
  const [owner, name, value] = navigator ? [navigator, 'gpu', gpu] : [globalThis, 'navigator', { gpu }];
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true });
  try {
    return work();
  } finally {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  }
}

/** tfjs frees the buffers and keeps the device. */
function replaceDispose(backend: WebGPUBackend): void {
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    dispose();
    backend.device.destroy();
  };
}
