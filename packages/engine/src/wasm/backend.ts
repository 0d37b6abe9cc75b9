// The portable backends: tfjs-backend-wasm with the gradient kernels it lacks, and the plain JavaScript one that comes with tfjs.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { correctAveragePoolGradient } from '../kernels/average-pool-gradient.js';
import { correctEmptySums } from '../kernels/empty-sums.js';
import { keepNaN } from '../kernels/keep-nan.js';
import { once } from '../once.js';
import { registerConvolutionGradients } from './convolution-gradients.js';
import { correctCast, correctMaxPoolGradient, correctOneHot } from './corrections.js';
import { quickenTransposedProducts } from './matrix-product.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';

const require = createRequire(import.meta.url);

/** Registers the wasm backend; returns its threads, which in Node is one. */
export async function readyWasmBackend(): Promise<number> {
  await import('@tensorflow/tfjs'); // registers the gradients
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  once('wasm', () => {
    wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
    quickenTransposedProducts('wasm');
    registerConvolutionGradients('wasm');
    registerUnsortedSegmentSum('wasm');
    correctCast('wasm');
    correctOneHot('wasm');
    correctEmptySums('wasm');
    correctMaxPoolGradient('wasm');
    correctAveragePoolGradient('wasm');
    keepNaN('wasm', [tf.Relu6, tf.ClipByValue]);
  });
  return 1;
}

export async function readyCpuBackend(): Promise<void> {
  await import('@tensorflow/tfjs');
  once('cpu', () => {
    correctAveragePoolGradient('cpu');
    // Its advice at first use, to install tfjs-node, is not for who has this engine.
    (tf.findBackend('cpu') as { firstUse?: boolean }).firstUse = false;
  });
}
