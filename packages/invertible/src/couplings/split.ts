// Which elements of a sample a coupling transforms, and which pass: halves of the channels, or any mask (Dinh et al. 2017, RealNVP, §3.4).
import * as tf from '@tensorflow/tfjs-core';
import { channelsOf, requireSizes, ShapeError, sizeOf, type Shape } from '../bijection/shapes.js';

/** True where an element is transformed, in row-major order; `shape` broadcasts to the sample's, as [h, w, 1] does to [h, w, c]. */
export interface Mask {
  readonly shape: Shape;
  readonly transformed: readonly boolean[];
}

/** A half of the channels (the last axis; the first half has one more where they are odd), or the elements of a mask. */
export type Transformed = 'first' | 'second' | Mask;

export interface Split {
  /** Channels that the conditioner sees and that it gives parameters for. */
  readonly passingChannels: number;
  readonly transformedChannels: number;
  part(x: tf.Tensor): { passing: tf.Tensor; transformed: tf.Tensor };
  join(passing: tf.Tensor, transformed: tf.Tensor): tf.Tensor;
  /** 1 where `transformed` is transformed; undefined where all of it is. */
  active(): tf.Tensor | undefined;
}

/**
 * A mask of elements by a rule (Dinh et al. 2017, RealNVP, arXiv 1605.08803, §3.4), for `transforms` of a coupling.
 * @param shape Of the sample, or one that broadcasts to it, such as [h, w, 1] for [h, w, c].
 * @param isTransformed Whether the element at an index is transformed; the others pass.
 * @throws ShapeError unless `shape` consists of positive integers.
 * @example
 * ```ts
 * import { mask } from '@lin/invertible';
 * console.log(mask([6], ([i]) => i! % 2 === 0).transformed);
 * ```
 * ```text
 * [ true, false, true, false, true, false ]
 * ```
 */
export function mask(shape: Shape, isTransformed: (index: number[]) => boolean): Mask {
  requireSizes('mask', shape);
  const transformed = Array.from({ length: sizeOf(shape) }, (_, flat) => isTransformed(indexOf(flat, shape)));
  return { shape, transformed };
}

/**
 * A checkerboard of positions, every channel of them (Dinh et al. 2017, RealNVP, arXiv 1605.08803, figure 3): a mask for `transforms` of
 * a coupling of images.
 * @param imageShape [height, width, channels].
 * @param transforms The positions whose row + column is even, or those where it is odd.
 * @throws ShapeError for another number of axes.
 * @example
 * ```ts
 * import { checkerboard } from '@lin/invertible';
 * const { shape, transformed } = checkerboard([2, 3, 3], 'even');
 * console.log(shape, transformed.map(Number));
 * ```
 * ```text
 * [ 2, 3, 1 ] [ 1, 0, 1, 0, 1, 0 ]
 * ```
 */
export function checkerboard(imageShape: Shape, transforms: 'even' | 'odd'): Mask {
  const [height, width] = imageShape;
  if (imageShape.length !== 3)
    throw new ShapeError(`checkerboard: expected [height, width, channels], but got [${imageShape.join(', ')}].`);
  return mask([height!, width!, 1], ([row, column]) => (row! + column!) % 2 === Number(transforms === 'odd'));
}

/** @throws ShapeError for a shape without two channels to halve, or a mask that does not broadcast to it, or passes or transforms all. */
export function splitOf(operation: string, shape: Shape, transforms: Transformed): Split {
  return typeof transforms === 'string' ? halves(operation, shape, transforms) : masked(operation, shape, transforms);
}

function halves(operation: string, shape: Shape, transforms: 'first' | 'second'): Split {
  const channels = channelsOf(operation, shape, 2);
  const sizes = [Math.ceil(channels / 2), Math.floor(channels / 2)];
  const [passingChannels, transformedChannels] = (transforms === 'second' ? sizes : sizes.toReversed()) as [
    number,
    number,
  ];
  return {
    passingChannels,
    transformedChannels,
    part: (x) => {
      const [first, second] = tf.split(x, sizes, x.rank - 1) as [tf.Tensor, tf.Tensor];
      return transforms === 'second'
        ? { passing: first, transformed: second }
        : { passing: second, transformed: first };
    },
    join: (passing, transformed) =>
      tf.concat(transforms === 'second' ? [passing, transformed] : [transformed, passing], passing.rank - 1),
    active: () => undefined,
  };
}

/** What passes keeps its place, with zeros in those of the others; so the conditioner sees where everything is. */
function masked(operation: string, shape: Shape, { shape: maskShape, transformed }: Mask): Split {
  const channels = channelsOf(operation, shape);
  const broadcasts = maskShape.length === shape.length && maskShape.every((size, i) => size === 1 || size === shape[i]);
  if (!broadcasts || transformed.length !== sizeOf(maskShape)) {
    throw new ShapeError(
      `${operation}: a mask of [${maskShape.join(', ')}] with ${transformed.length} entries does not fit samples of [${shape.join(', ')}].`,
    );
  }
  if (!transformed.includes(true) || !transformed.includes(false)) {
    throw new ShapeError(
      `${operation}: the mask must transform some elements and let others pass, ` +
        `but ${transformed[0] ? 'no element passes' : 'it transforms no element'}.`,
    );
  }
  const active = () => tf.tensor(Float32Array.from(transformed, Number), [1, ...maskShape]);
  const passes = () =>
    tf.tensor(
      Float32Array.from(transformed, (is) => Number(!is)),
      [1, ...maskShape],
    );
  return {
    passingChannels: channels,
    transformedChannels: channels,
    part: (x) => ({ passing: tf.mul(x, passes()), transformed: tf.mul(x, active()) }),
    join: (passing, mapped) => tf.add(passing, tf.mul(mapped, active())),
    active,
  };
}

function indexOf(flat: number, shape: Shape): number[] {
  const index: number[] = [];
  for (const size of shape.toReversed()) {
    index.unshift(flat % size);
    flat = Math.floor(flat / size);
  }
  return index;
}
