// tfjs's `tensorflow` backend: tfjs-node-gpu's own JavaScript kernels over our binding. Its native addon is never loaded.
import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { EngineError } from '../errors.js';
import { once } from '../once.js';
import { registerGradients } from '../tfjs/gradients.js';
import type { LibTensorFlow } from '../libtensorflow/find.js';
import { cutShort } from '../libtensorflow/whole.js';
import { setActive } from './active.js';
import { loadTensorFlow, setVariable, type TensorFlowLibrary } from './c-api.js';
import { registerFloat64Kernels } from './float64-kernels.js';
import { registerKernels } from './kernels.js';
import { configProto, type SessionConfig } from './config-proto.js';
import { ListeningBinding } from './listening-binding.js';
import { hasAvx2, requireAvx } from './processor.js';

const require = createRequire(import.meta.url);

interface NodeKernels {
  backendClass(): new (binding: unknown, packageName: string) => tf.KernelBackend;
  registerAllKernels(): void;
}

export interface TensorFlowBackend {
  device: 'cpu' | 'cuda';
  version: string;
}

/**
 * Loads libtensorflow and registers the backend; it is not yet the current one.
 * @throws EngineError when the library cannot be loaded.
 */
export function registerTensorFlowBackend(found: LibTensorFlow, config: SessionConfig): TensorFlowBackend {
  requireAvx();
  setDefaults();
  let library: TensorFlowLibrary;
  try {
    for (const file of [found.library, found.framework]) {
      const missing = file && cutShort(file);
      if (missing) throw new Error(missing);
    }
    library = loadTensorFlow(found);
  } catch (error) {
    const remedy =
      found.source === 'env'
        ? 'name another in LIN_LIBTENSORFLOW, or unset it'
        : 'reinstall it with: npx lin-engine install --force';
    throw new EngineError(`${found.library} cannot be loaded (${(error as Error).message}); ${remedy}.`);
  }
  const binding = new ListeningBinding(library, configProto(config));
  replaceOldUtilities();
  registerGradients();
  const kernels = require('./node-kernels.cjs') as NodeKernels; // beside this file, and beside the bundle
  const NodeJSKernelBackend = kernels.backendClass();
  if (tf.findBackendFactory('tensorflow')) tf.removeBackend('tensorflow');
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), 3);
  kernels.registerAllKernels();
  once('tensorflow', registerKernels);
  once('float64', registerFloat64Kernels);
  setActive({ library, binding, config });
  return { device: binding.device, version: library.version };
}

/** TensorFlow reads these once, when it is loaded; what the user set stays. */
function setDefaults(): void {
  defaultVariable('TF_CPP_MIN_LOG_LEVEL', '2');
  // TF32 keeps 10 bits of mantissa: inverses of flows lose two to three digits to it.
  defaultVariable('NVIDIA_TF32_OVERRIDE', '0');
  // TensorFlow leaves oneDNN off on processors without AVX512-VNNI or AMX; convolutions' gradients take 1.3 to 2.8 times as long then.
  if (hasAvx2()) defaultVariable('TF_ENABLE_ONEDNN_OPTS', '1');
}

function defaultVariable(name: string, value: string): void {
  process.env[name] ??= value;
  setVariable(name, process.env[name]);
}

/** tfjs-node 4.22 calls two functions of `util` that Node 22 warns of and Node 23 has no more. */
function replaceOldUtilities(): void {
  const old = util as unknown as Record<string, unknown>;
  old['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  old['isArray'] = Array.isArray;
}
