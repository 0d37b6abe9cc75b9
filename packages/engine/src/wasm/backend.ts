// The portable backends: tfjs-backend-wasm with the gradient kernels it lacks, and the plain JavaScript one that comes with tfjs.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { registerConvolutionGradients } from './convolution-gradients.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';

const require = createRequire(import.meta.url);

/** Registers the wasm backend; returns its threads, which in Node is one. */
export async function readyWasmBackend(): Promise<number> {
  await import('@tensorflow/tfjs'); // registers the gradients
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
  registerConvolutionGradients('wasm');
  registerUnsortedSegmentSum('wasm');
  return 1;
}

export async function readyCpuBackend(): Promise<void> {
  await import('@tensorflow/tfjs');
}
