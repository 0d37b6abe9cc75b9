// Kernels that tfjs-backend-webgpu 4.22 gets wrong, put right: found by test/conformance.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from '../kernels/correct.js';

/** A shader binds at most eight buffers on some devices, the result's among them; AddN, as the norm of all gradients has it, binds one per summand. */
const MOST_SUMMANDS = 7;

export function correctSums(): void {
  correct(tf.AddN, 'webgpu', (own) => (args) => {
    let rest = Object.values(args.inputs) as tf.Tensor[];
    while (rest.length > MOST_SUMMANDS) rest = [tf.addN(rest.slice(0, MOST_SUMMANDS)), ...rest.slice(MOST_SUMMANDS)];
    return own({ ...args, inputs: rest as unknown as tf.NamedTensorInfoMap });
  });
}

/** Prod of few elements, which tfjs computes on the CPU, forgets keepDims. */
export function correctProd(): void {
  correct(tf.Prod, 'webgpu', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    const { axis, keepDims } = args.attrs as unknown as tf.ProdAttrs;
    const product = tensorOf(own(args));
    return keepDims && product.rank < x.shape.length
      ? tf.reshape(product, tf.backend_util.expandShapeToKeepDim(product.shape, tf.util.parseAxisParam(axis, x.shape)))
      : product;
  });
}

/** Pow of int32 cuts a float's digits off: 5² is 24. */
export function correctIntegerPower(): void {
  correct(tf.Pow, 'webgpu', (own) => (args) => {
    const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
    if (a.dtype !== 'int32' || b.dtype !== 'int32') return own(args);
    return tf.cast(tf.round(tf.pow(tf.cast(a, 'float32'), tf.cast(b, 'float32'))), 'int32');
  });
}

/** WGSL says nothing of the logarithm outside its domain: a NaN or an infinity may come out as a number, 89 or −88. */
export function correctLogarithms(): void {
  for (const [name, least] of [[tf.Log, 0], [tf.Log1p, -1]] as const) {
    correct(name, 'webgpu', (own) => (args) => {
      const { x } = args.inputs as { x: tf.Tensor };
      return tf.where(tf.greater(x, least), tensorOf(own(args)), tf.where(tf.equal(x, least), -Infinity, NaN));
    });
  }
}
