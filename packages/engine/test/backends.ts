// The backends under test, made ready once per test file.
import * as tf from '@tensorflow/tfjs-core';
import { initEngine } from '../src/engine.js';
import { tensorFlowMissing } from '../../../tools/tensorflow-for-tests.js';
import { webGpuMissing } from '../../../tools/webgpu-for-tests.js';

export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';

export interface BackendUnderTest {
  name: BackendName;
  skipped: string | undefined;
  /** Its name, and why it is skipped. */
  title: string;
  /** TensorFlow's or tfjs's. */
  version: string;
}

/** Registers the backends, cpu last and current; returns those whose answers are compared with cpu's. */
export async function readyBackends(): Promise<
  [tensorflow: BackendUnderTest, wasm: BackendUnderTest, webgpu: BackendUnderTest]
> {
  const missing = await tensorFlowMissing();
  const tensorflow = missing ? undefined : await initEngine({ backend: 'tensorflow' });
  const wasm = await initEngine({ backend: 'wasm' });
  const webgpu = await webGpuMissing(() => initEngine({ backend: 'webgpu' }));
  await initEngine({ backend: 'cpu' });
  return [
    underTest('tensorflow', missing, tensorflow?.version ?? ''),
    underTest('wasm', undefined, wasm.version),
    underTest('webgpu', webgpu, tf.version_core),
  ];
}

const underTest = (name: BackendName, skipped: string | undefined, version: string): BackendUnderTest => ({
  name,
  skipped,
  title: skipped ? `${name} (SKIPPED: ${skipped})` : name,
  version,
});

/** Runs `work` on a backend, then makes cpu the current one again. */
export function on<T>(backend: BackendName, work: () => T): T {
  if (!tf.engine().backendNames().includes(backend)) throw new Error(`${backend} is not registered`);
  void tf.setBackend(backend); // a ready backend is switched to at once
  try {
    if (tf.getBackend() !== backend) throw new Error(`${backend} is not ready`);
    return work();
  } finally {
    void tf.setBackend('cpu');
  }
}

/** Handles the tensorflow binding holds. */
export function nativeTensors(): number {
  return on('tensorflow', () =>
    (tf.backend() as unknown as { binding: { getNumOfTensors(): number } }).binding.getNumOfTensors(),
  );
}
