// Kernels that tfjs-backend-webgpu 4.22 gets wrong, put right: found by test/conformance.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { correct, tensorOf } from '../kernels/correct.js';

/**
 * A shader binds at most eight buffers on some devices, the result's among them; AddN, as the norm of all gradients has it, binds one per
 * summand.
 */
const MOST_SUMMANDS = 7;

export function correctSums(): void {
  correct(tf.AddN, 'webgpu', (own) => (args) => {
    let rest = Object.values(args.inputs) as tf.Tensor[];
    while (rest.length > MOST_SUMMANDS) rest = [tf.addN(rest.slice(0, MOST_SUMMANDS)), ...rest.slice(MOST_SUMMANDS)];
    return own({ ...args, inputs: rest as unknown as tf.NamedTensorInfoMap });
  });
}

/** From 2,000 terms on, a product with few rows may be split along them, and then overlooks that its second operand is to be transposed. */
const LEAST_SPLIT_TERMS = 2000;

export function correctLongProducts(): void {
  for (const name of [tf.BatchMatMul, tf._FusedMatMul]) {
    correct(name, 'webgpu', (own) => (args) => {
      const { b } = args.inputs as { b: tf.Tensor };
      const { transposeB } = args.attrs as unknown as tf.BatchMatMulAttrs;
      if (!transposeB || b.shape.at(-1)! < LEAST_SPLIT_TERMS) return own(args);
      const last = b.shape.length - 1;
      const transposed = tf.transpose(b, [...Array(last - 1).keys(), last, last - 1]);
      return own({ ...args, inputs: { ...args.inputs, b: transposed }, attrs: { ...args.attrs, transposeB: false } });
    });
  }
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
  for (const [name, least] of [
    [tf.Log, 0],
    [tf.Log1p, -1],
  ] as const) {
    correct(name, 'webgpu', (own) => (args) => {
      const { x } = args.inputs as { x: tf.Tensor };
      if (x.size === 0) return own(args);
      return tf.where(tf.greater(x, least), tensorOf(own(args)), tf.where(tf.equal(x, least), -Infinity, NaN));
    });
  }
}
