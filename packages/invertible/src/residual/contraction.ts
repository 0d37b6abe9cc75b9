// A network F that shortens every distance by a factor c < 1 or more: linear layers of bounded singular values between LipSwish activations
// (Chen et al. 2019, Residual Flows, arXiv 1906.02735, §4). With its Jacobian J applied from either side, made of operations that have
// gradients: tfjs cannot differentiate its own gradients of most activations.
import * as tf from '@tensorflow/tfjs-core';
import type { BoundedLayer } from './spectral-layer.js';

export interface Linearization {
  /** F(x). */
  value: tf.Tensor;
  /** J v, of each sample. */
  jvp(v: tf.Tensor): tf.Tensor;
  /** Jᵀ w, of each sample. */
  vjp(w: tf.Tensor): tf.Tensor;
}

export class Contraction {
  constructor(
    private readonly layers: readonly BoundedLayer[],
    /** c. */
    readonly bound: number,
  ) {}

  value(x: tf.Tensor): tf.Tensor {
    return this.linearize(x).value;
  }

  linearize(x: tf.Tensor): Linearization {
    const slopes: tf.Tensor[] = [];
    const value = this.layers.reduce((input, { map, kernel, bias }, i) => {
      const h = tf.add(map.apply(input, kernel), bias);
      if (i === this.layers.length - 1) return h;
      const { y, slope } = lipSwish(h);
      slopes.push(slope);
      return y;
    }, x);
    return {
      value,
      jvp: (v) =>
        this.layers.reduce((moved, { map, kernel }, i) => {
          const through = map.apply(moved, kernel);
          return slopes[i] ? tf.mul(through, slopes[i]) : through;
        }, v),
      vjp: (w) =>
        this.layers.reduceRight(
          (moved, { map, kernel }, i) => map.transpose(slopes[i] ? tf.mul(moved, slopes[i]) : moved, kernel),
          w,
        ),
    };
  }
}

/** x σ(x) / 1.1, whose slope lies within ±1: that of x σ(x) is 1.0998 at most. */
function lipSwish(x: tf.Tensor): { y: tf.Tensor; slope: tf.Tensor } {
  const s = tf.sigmoid(x);
  const xs = tf.mul(x, s);
  return { y: tf.div(xs, 1.1), slope: tf.div(tf.add(s, tf.mul(xs, tf.sub(1, s))), 1.1) };
}
