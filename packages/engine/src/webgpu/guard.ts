// What a GPU does not say by itself: its values and its complaints come later than the op that they belong to, and a tensor of an op that
// it refused reads as zeros. Here nothing of that passes as a result.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { WebGpuError } from '../errors.js';

/**
 * Makes `dataSync` and `arraySync` say what to do instead, unless the values are in JavaScript: before a tensor is first computed with, and
 * after `data()`. Makes an op whose tensor is too large throw; and after any other complaint, or a lost device, each `data()` and
 * `array()`, since every tensor of the same batch of ops may be wrong. `onFault` is called at the first complaint.
 */
export function guard(backend: WebGPUBackend, onFault: () => void): void {
  const { device, tensorMap, bufferManager } = backend;
  let fault: string | undefined;
  const fail = (what: string, why: string) => {
    fault ??= `${what} (${why.split('\n')[0]!.trim().replace(/\.$/, '')})`;
    onFault();
  };
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault(); // or Dawn prints it
    fail('refused an op', (event as GPUUncapturedErrorEvent).error.message);
  });
  void device.lost.then(({ message }) => fail('was lost', message));

  const inJavaScript = (dataId: object) =>
    tensorMap.get(dataId).values != null || tensorMap.get(dataId).dtype === 'string';
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    // a complex tensor reads its two parts
    if (inJavaScript(dataId) || tensorMap.get(dataId).dtype === 'complex64') return readSync(dataId);
    throw new WebGpuError(
      'A GPU is read asynchronously: await data() or array() instead of dataSync() or arraySync(), ' +
        'or use the tensorflow backend (LIN_BACKEND=tensorflow).',
    );
  };
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    if (inJavaScript(dataId)) return read(dataId);
    const values = await read(dataId).catch((error: Error) => fail('could not be read', error.message));
    if (!fault) return values!;
    if (tensorMap.has(dataId)) tensorMap.get(dataId).values = null as never; // tfjs keeps what it read
    throw new WebGpuError(
      `The GPU ${fault}; what it computed may be wrong, and it starts anew with the next initEngine.`,
    );
  };
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  const acquireBuffer = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, ...rest) => {
    if (size <= largest) return acquireBuffer(size, ...rest);
    throw new WebGpuError(
      `A tensor of ${megabytes(size)} MB is larger than the ${megabytes(largest)} MB that this GPU takes; use a smaller batch.`,
    );
  };
}

const megabytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
