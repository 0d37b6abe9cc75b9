// Values come back from a GPU asynchronously, and so do its complaints: the next read tells them.
import type { DataId } from '@tensorflow/tfjs-core/dist/tensor_info.js';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { WebGpuError } from '../errors.js';

/**
 * Makes `dataSync` and `arraySync` say what to do instead, unless the values are in JavaScript still or already: before a tensor is first computed
 * with, and after `data()`. Makes `data` and `array` throw what the GPU refused before: it gives no error to the op that causes it, only zeros.
 */
export function readOnlyLater(backend: WebGPUBackend): void {
  let refused: string | undefined;
  const { device } = backend;
  device.addEventListener('uncapturederror', (event) => {
    refused ??= (event as GPUUncapturedErrorEvent).error.message;
  });
  void device.lost.then(({ reason, message }) => {
    refused = `the device is lost (${message || reason}); start the engine again with initEngine`;
  });
  const readSync = backend.readSync.bind(backend);
  const read = backend.read.bind(backend);
  backend.readSync = (dataId: DataId) => {
    const { values, dtype } = backend.tensorMap.get(dataId);
    if (values == null && dtype !== 'string' && dtype !== 'complex64') {
      throw new WebGpuError('A GPU is read asynchronously: await data() or array() instead of dataSync() or arraySync(), or use the tensorflow backend (LIN_BACKEND=tensorflow).');
    }
    return readSync(dataId);
  };
  backend.read = async (dataId: DataId) => {
    const values = await read(dataId).catch((error: Error) => {
      refused ??= error.message;
    });
    if (refused !== undefined) {
      const message = refused;
      refused = undefined;
      throw new WebGpuError(`The GPU refused an op before this read: ${message}`);
    }
    return values!;
  };
}
