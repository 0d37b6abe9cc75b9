// Runs one ONNX session in a thread of its own: onnxruntime-node computes inside the thread that calls it.
// Plain JavaScript, because a worker's file is loaded by Node itself, from src in this repository and from dist in the published package.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const ERRORS_ONLY = 3; // ArcFace files state an output of [1, 512] for any batch, and onnxruntime warns at every run

try {
  const session = await InferenceSession.create(workerData.path, {
    intraOpNumThreads: workerData.threads,
    executionProviders: workerData.executionProviders,
    logSeverityLevel: ERRORS_ONLY,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  port.postMessage({ ready: true });
  port.on('message', async ({ id, pixels, shape }) => {
    try {
      const results = await session.run({ [input]: new Tensor('float32', pixels, shape) });
      const { data, dims } = results[output];
      const copy = Float32Array.from(/** @type {Float32Array} */ (data));
      port.postMessage({ id, data: copy, dims }, [copy.buffer]);
    } catch (error) {
      port.postMessage({ id, error: String(/** @type {Error} */ (error).message) });
    }
  });
} catch (error) {
  port.postMessage({ ready: false, error: String(/** @type {Error} */ (error).message) });
}
