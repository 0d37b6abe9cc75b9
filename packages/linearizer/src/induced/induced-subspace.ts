// A linear subspace of an induced space: what a network maps to zero, or what it reaches. Its elements are g⁻¹ of a linear subspace of
// coordinates.
import * as tf from '@tensorflow/tfjs-core';
import { toTensor, transpose, type Matrix } from '@lin/operator';
import type { InducedSpace } from './induced-space.js';

export interface InducedSubspaceParts<Element extends tf.Tensor> {
  space: InducedSpace<Element>;
  /** Orthonormal columns in the coordinates of the core, float64; null for the zero core alone. */
  core: Matrix | null;
  /** Whether every residual belongs to it, or only zero. */
  wholeResidual: boolean;
}

/**
 * A linear subspace of an induced space: what a network maps to zero, or what it reaches (Berman, Hallak & Shocher 2025,
 * https://arxiv.org/abs/2510.08570). `InducedOperator.kernel()` and `.image()` make them.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Logit } from '@lin/invertible';
 * import { InducedOperator, InducedSpace, vectorChart } from '@lin/linearizer';
 * import { fromRows } from '@lin/operator';
 *
 * const space = new InducedSpace(vectorChart(new Logit({ shape: [2], alpha: 0 })));
 * const kernel = new InducedOperator({ domain: space, codomain: space, matrix: fromRows([[1, 0], [0, 0]]) }).kernel();
 * const x = tf.tensor2d([[0.75, 0.25]]);
 * const projected = kernel.project(x).dataSync();
 * console.log(kernel.dimension, [...projected].map((p) => p.toFixed(3)), kernel.distance(x).dataSync()[0]!.toFixed(3));
 * ```
 * ```text
 * 1 [ '0.500', '0.250' ] 1.099
 * ```
 */
export class InducedSubspace<Element extends tf.Tensor = tf.Tensor> {
  readonly space: InducedSpace<Element>;
  readonly core: Matrix | null;
  readonly wholeResidual: boolean;

  constructor({ space, core, wholeResidual }: InducedSubspaceParts<Element>) {
    this.space = space;
    this.core = core;
    this.wholeResidual = wholeResidual;
  }

  /** Directions of the core, and those of the residual where they belong to it. */
  get dimension(): number {
    const { coreDim, dim } = this.space.chart;
    return (this.core?.cols ?? 0) + (this.wholeResidual ? dim - coreDim : 0);
  }

  /** An orthonormal basis of the part with residual zero, as elements: [core.cols, …shape]; null where that is the zero element alone. */
  basis(): Element | null {
    const { core } = this;
    return core && tf.tidy(() => this.space.fromCore(toTensor(transpose(core))));
  }

  /** The nearest element of the subspace in the induced metric. Twice is once. */
  project(x: Element): Element {
    return tf.tidy(() => {
      const { core, residual } = this.space.split(x);
      const Q = this.core && toTensor(this.core);
      const projected = Q ? tf.matMul<tf.Tensor2D>(tf.matMul(core, Q), Q, false, true) : tf.zerosLike(core);
      return this.space.join(projected, this.wholeResidual ? residual : tf.zerosLike(residual));
    });
  }

  /** How far each element is from the subspace, in the induced metric: [B]. */
  distance(x: Element): tf.Tensor1D {
    return tf.tidy(() => {
      const { core, residual } = this.space.split(x);
      const Q = this.core && toTensor(this.core);
      const outside = Q ? tf.sub(core, tf.matMul(tf.matMul(core, Q), Q, false, true)) : core;
      return tf.norm(this.wholeResidual ? outside : tf.concat([outside, residual], 1), 'euclidean', 1) as tf.Tensor1D;
    });
  }
}
