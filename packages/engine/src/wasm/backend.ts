// The portable backends: tfjs-backend-wasm with the gradient kernels it lacks, and the plain JavaScript one.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { correctAveragePoolGradient } from '../kernels/average-pool-gradient.js';
import { correctEmptySums } from '../kernels/empty-sums.js';
import { keepNaN, keepNaNOfEither, keepNaNOfWindows } from '../kernels/keep-nan.js';
import { correctIntegersOfCpu } from '../kernels/integers.js';
import { correctPowersOfOne } from '../kernels/power.js';
import { replacePrelu } from '../kernels/prelu.js';
import { keepFloatQuotients } from '../kernels/quotients.js';
import { correctResizeGradients } from '../kernels/resize-gradients.js';
import { registerVolumePools } from '../kernels/volume-pools.js';
import { registerVolumeConvolutions } from '../kernels/volumes.js';
import { refuseShapesTooLarge, refuseSlicesOutOfRange } from '../kernels/shapes-too-large.js';
import { refuseWindowsThatDoNotFit } from '../kernels/windows-that-fit.js';
import { once } from '../once.js';
import { registerGradients } from '../tfjs/gradients.js';
import { registerConvolutionGradients } from './convolution-gradients.js';
import { correctCast, correctMaxPoolGradient, correctOneHot } from './corrections.js';
import { correctDilations } from './dilation.js';
import { correctIntegers, correctSign } from './integers.js';
import { quickenTransposedProducts } from './matrix-product.js';
import { correctMovesOfBooleans, correctStridedSlice } from './moved-values.js';
import { cutUnreachedEdges } from './unreached-edges.js';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.js';

const require = createRequire(import.meta.url);

/** Registers the wasm backend; returns its threads, which in Node is one. */
export async function readyWasmBackend(): Promise<number> {
  registerGradients();
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  once('wasm', () => {
    wasm.setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
    quickenTransposedProducts('wasm');
    registerConvolutionGradients('wasm');
    registerUnsortedSegmentSum('wasm');
    correctCast('wasm');
    correctOneHot('wasm');
    correctStridedSlice('wasm');
    correctMovesOfBooleans('wasm');
    correctEmptySums('wasm');
    correctMaxPoolGradient('wasm');
    correctAveragePoolGradient('wasm');
    cutUnreachedEdges('wasm');
    replacePrelu('wasm');
    correctDilations('wasm');
    correctResizeGradients('wasm');
    registerVolumeConvolutions('wasm');
    registerVolumePools('wasm');
    refuseWindowsThatDoNotFit('wasm');
    refuseShapesTooLarge('wasm');
    refuseSlicesOutOfRange('wasm');
    correctIntegers();
    correctSign();
    keepNaN('wasm', [tf.Relu6, tf.ClipByValue]);
    keepNaNOfEither('wasm');
    keepNaNOfWindows('wasm');
  });
  return 1;
}

export async function readyCpuBackend(): Promise<void> {
  registerGradients();
  await import('@tensorflow/tfjs-backend-cpu');
  once('cpu', () => {
    correctAveragePoolGradient('cpu');
    correctResizeGradients('cpu');
    registerVolumeConvolutions('cpu');
    registerVolumePools('cpu');
    refuseWindowsThatDoNotFit('cpu');
    correctIntegersOfCpu();
    correctPowersOfOne();
    keepFloatQuotients('cpu');
    keepNaN('cpu', [tf.Sign]);
    keepNaNOfWindows('cpu');
    // Its advice at first use, to install tfjs-node, is not for who has this engine.
    (tf.findBackend('cpu') as { firstUse?: boolean }).firstUse = false;
  });
}
