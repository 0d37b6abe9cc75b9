// Gradients that tfjs-core 4.22 gets wrong, on every backend: found by test/op-sweep-*.slow.test.ts, and held by it.
import * as tf from '@tensorflow/tfjs-core';
import { once } from '../once.js';

/** Once tfjs has registered its own. */
export function correctGradients(): void {
  once('gradients', () => {
    cumulativeSums();
    productsAlongNegativeAxes();
    flooredQuotients();
    mirroredPadding();
  });
}

/** tfjs transposes the result of another axis than the last: wrong numbers where the shape stays the same, an error where it does not. */
function cumulativeSums(): void {
  replaceGradient(tf.Cumsum, () => ({
    kernelName: tf.Cumsum,
    inputsToSave: ['x'],
    gradFunc: (dy, _saved, attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as tf.CumsumAttrs;
      return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
    },
  }));
}

/** tfjs takes the axes as they were given: −1 becomes part of a permutation. */
function productsAlongNegativeAxes(): void {
  replaceGradient(tf.Prod, (own) => ({
    ...own,
    gradFunc: (dy, saved, attrs) => {
      const { axis } = attrs as unknown as tf.ProdAttrs;
      const axes = tf.util.parseAxisParam(axis, saved[0]!.shape);
      return own.gradFunc(dy, saved, { ...attrs, axis: axes as never });
    },
  }));
}

/** tfjs gives those of a division that is not rounded; a rounded one does not change where it is differentiable. */
function flooredQuotients(): void {
  replaceGradient(tf.FloorDiv, () => ({
    kernelName: tf.FloorDiv,
    inputsToSave: ['a', 'b'],
    gradFunc: (_dy, saved) => ({ a: () => tf.zeros(saved[0]!.shape), b: () => tf.zeros(saved[1]!.shape) }),
  }));
}

/**
 * tfjs cuts the padding off, as if it were zeros; what is mirrored counts twice. Along each axis MirrorPad is a gather, whose adjoint this
 * is.
 */
function mirroredPadding(): void {
  replaceGradient(tf.MirrorPad, (own) => ({
    ...own,
    gradFunc: (dy, saved, attrs) => {
      const { paddings, mode } = attrs as unknown as tf.MirrorPadAttrs;
      const x = saved[0]!;
      const along = (gradient: tf.Tensor, axis: number) => {
        const order = [axis, ...x.shape.keys()].filter((other, i) => i === 0 || other !== axis);
        const back = order.map((_, i) => order.indexOf(i));
        const origins = mirrored(x.shape[axis]!, paddings[axis]!, mode === 'reflect' ? 1 : 0);
        const sums = tf.unsortedSegmentSum(tf.transpose(gradient, order), origins, x.shape[axis]!);
        return tf.transpose(sums, back);
      };
      return { x: () => [...x.shape.keys()].reduce(along, dy as tf.Tensor) };
    },
  }));
}

/** Where each element of the padded axis comes from; `skip`: 1 where the edge itself is not mirrored. */
function mirrored(extent: number, [before, after]: [number, number], skip: 0 | 1): tf.Tensor1D {
  const origins = Array.from({ length: before + extent + after }, (_, i) => {
    const at = i - before;
    if (at < 0) return skip - 1 - at;
    return at < extent ? at : 2 * extent - 1 - skip - at;
  });
  return tf.tensor1d(origins, 'int32');
}

function replaceGradient(kernelName: string, gradient: (own: tf.GradConfig) => tf.GradConfig): void {
  const own = tf.getGradient(kernelName);
  tf.unregisterGradient(kernelName);
  tf.registerGradient(gradient(own));
}
