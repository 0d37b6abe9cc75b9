// What `lin-engine doctor` says: which library was found where, which backend and device run, and how fast they are.
import * as tf from '@tensorflow/tfjs-core';
import { initEngine, type Engine, type EngineOptions } from './engine.js';
import { findLibTensorFlow, type LibTensorFlow } from './libtensorflow/find.js';

export interface Diagnosis {
  node: string;
  libtensorflow?: LibTensorFlow;
  engine: Engine;
  /** Measured billions of float32 operations a second, the best of a few runs. */
  gflops: { matMul: number; convolution: number };
}

const RUNS = 5;

/** Finds, starts and measures; takes a few seconds. @throws EngineError as `initEngine` does. */
export async function diagnose(options: EngineOptions = {}): Promise<Diagnosis> {
  const libtensorflow = await findLibTensorFlow();
  const engine = await initEngine(options);
  return {
    node: process.version,
    ...(libtensorflow && { libtensorflow }),
    engine,
    gflops: await measureThroughput(engine.backend === 'tensorflow' || engine.device === 'gpu' ? 1 : 4),
  };
}

/** `shrink` divides the problem sizes, for slow backends. */
export async function measureThroughput(shrink = 1): Promise<Diagnosis['gflops']> {
  const n = 2048 / shrink;
  const batch = 32 / shrink;
  const a = tf.randomNormal<tf.Rank.R2>([n, n]);
  const x = tf.randomNormal<tf.Rank.R4>([batch, 28, 28, 64]);
  const kernel = tf.randomNormal<tf.Rank.R4>([3, 3, 64, 64]);
  const gflops = {
    matMul: await best(2 * n ** 3, () => tf.matMul(a, a)),
    convolution: await best(2 * batch * 28 * 28 * 9 * 64 * 64, () => tf.conv2d(x, kernel, 1, 'same')),
  };
  tf.dispose([a, x, kernel]);
  return gflops;
}

async function best(operations: number, compute: () => tf.Tensor): Promise<number> {
  let fastest = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    const one = tf.tidy(() => tf.slice(tf.reshape(compute(), [-1]), 0, 1));
    await one.data(); // that it was computed is waited for, and not that it comes back
    fastest = Math.min(fastest, (performance.now() - start) / 1000);
    one.dispose();
  }
  return operations / fastest / 1e9;
}
