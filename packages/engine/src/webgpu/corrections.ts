// Kernels that tfjs-backend-webgpu 4.22 gets wrong, put right: found by test/conformance.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { correct, replace, tensorOf } from '../kernels/correct.js';

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

/** Softmax has an exponential of its own, in which a NaN is 0. */
export function correctSoftmax(): void {
  replace(tf.Softmax, 'webgpu', ({ inputs, attrs }) => {
    const { logits } = inputs as { logits: tf.Tensor };
    const { dim } = attrs as unknown as tf.SoftmaxAttrs;
    const powers = tf.exp(tf.sub(logits, tf.max(logits, dim, true)));
    return tf.div(powers, tf.sum(powers, dim, true));
  });
}

/** Asinh squares its argument, which overflows: far from 0 it is log(2|x|). */
export function correctAsinh(): void {
  correct(tf.Asinh, 'webgpu', (own) => (args) => {
    const { x } = args.inputs as { x: tf.Tensor };
    if (x.size === 0) return own(args);
    const size = tf.abs(x);
    const far = tf.mul(tf.sign(x), tf.add(tf.log(tf.maximum(size, 1)), Math.LN2));
    return tf.where(tf.greater(size, 1e9), far, tensorOf(own(args)));
  });
}

/** Atan2 takes −0 for a negative number that is far from 0. */
export function correctAtan2(): void {
  correct(tf.Atan2, 'webgpu', (own) => (args) => {
    const { a } = args.inputs as { a: tf.Tensor };
    if (a.size === 0) return own(args);
    return own({ ...args, inputs: { ...args.inputs, a: tf.where(tf.equal(a, 0), 0, a) } });
  });
}
