// Monotonic rational-quadratic splines with linear tails (Durkan et al. 2019, Neural Spline Flows, arXiv 1906.04032, eq. 4–8).
//   In bin k, with ξ = (x − x_k)/w, s = h/w, δ = d₁ + d₀ − 2s:
//   y = y_k + h (s ξ² + d₀ ξ(1−ξ)) / (s + δ ξ(1−ξ)),   dy/dx = s² (d₁ ξ² + 2s ξ(1−ξ) + d₀ (1−ξ)²) / (s + δ ξ(1−ξ))².
// Outside [−bound, bound] it is the identity; the knots at the ends have slope 1.
import * as tf from '@tensorflow/tfjs-core';
import { asFloat } from '../bijection/batches.js';
import { requireInteger } from '../parameters/options.js';
import { withoutGradient } from '../gradients/without-gradient.js';
import type { ElementTransform } from './element-transform.js';

export interface SplineTransformOptions {
  /** K, pieces of the spline: 3K − 1 parameters for each element. At least 2. */
  bins?: number;
  /** The spline covers [−bound, bound]; standardise inputs to it. */
  bound?: number;
  /** Smallest width of a bin, as a share of 2·bound, below 1/K; 0.08/K unless given. */
  minWidth?: number;
  /**
   * Smallest height of a bin, likewise; 0.4/K unless given. With `minSlope` it bounds how flat a spline can be, and so the inverse's error.
   */
  minHeight?: number;
  /** Smallest slope at a knot, below 1; 0.1 unless given. */
  minSlope?: number;
}

/** Rounding may take a discriminant to 0 and below, where the root has no gradient. */
const SMALLEST_DISCRIMINANT = 1e-30;

/** K bins of each element, all [N, C, K]: left ends and sizes along x and y, slopes at both ends. */
interface Bins {
  left: tf.Tensor;
  width: tf.Tensor;
  bottom: tf.Tensor;
  height: tf.Tensor;
  leftSlope: tf.Tensor;
  rightSlope: tf.Tensor;
}

/**
 * Monotonic rational-quadratic splines with linear tails (Durkan et al. 2019, Neural Spline Flows, arXiv 1906.04032, eq. 4–8): K bins on
 * [−bound, bound], the identity outside; parameters are widths, heights and inner slopes, 3K − 1 for each element, and 0 gives the
 * identity.
 * @param options `bins`, `bound`, and what bounds how steep a spline can be: `minWidth`, `minHeight`, `minSlope`.
 * @throws RangeError for an option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { splineTransform } from '@lin/invertible';
 * const { parametersPerElement, applyWithLogDerivative, invertWithLogDerivative } = splineTransform({ bins: 2, bound: 1 });
 * const parameters = tf.tensor2d([[1, 0, 0, 1, 0]]); // widths, heights, the inner slope
 * const { y } = applyWithLogDerivative(tf.tensor2d([[0.5]]), parameters);
 * const { x } = invertWithLogDerivative(y, parameters);
 * console.log(parametersPerElement, y.dataSync()[0]!.toFixed(4), x.dataSync()[0]!.toFixed(4));
 * ```
 * ```text
 * 5 -0.1782 0.5000
 * ```
 */
export function splineTransform({
  bins = 8,
  bound = 5,
  minWidth = 0.08 / bins,
  minHeight = 0.4 / bins,
  minSlope = 0.1,
}: SplineTransformOptions = {}): ElementTransform {
  requireInteger('bins', bins, 2);
  requireBetween('bound', bound, Infinity);
  requireBetween('minWidth', minWidth, 1 / bins);
  requireBetween('minHeight', minHeight, 1 / bins);
  requireBetween('minSlope', minSlope, 1);
  const parametersPerElement = 3 * bins - 1;

  /** From all widths, all heights and all inner slopes of an element to its bins; zeros give equal bins of slope 1, the identity. */
  const read = (parameters: tf.Tensor, rows: number, channels: number): Bins => {
    const perElement = tf.transpose(tf.reshape(parameters, [rows, parametersPerElement, channels]), [0, 2, 1]);
    const [widths, heights, slopes] = tf.split(perElement, [bins, bins, bins - 1], 2) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const along = (logits: tf.Tensor, smallest: number) => {
      const size = tf.mul(tf.add(tf.mul(tf.softmax(logits), 1 - smallest * bins), smallest), 2 * bound);
      return { size, start: tf.sub(tf.cumsum(size, 2, true), bound) };
    };
    const { size: width, start: left } = along(widths, minWidth);
    const { size: height, start: bottom } = along(heights, minHeight);
    // softplus(0 + shift) + minSlope = 1
    const inner = tf.add(tf.softplus(tf.add(slopes, Math.log(Math.expm1(1 - minSlope)))), minSlope);
    const end = tf.ones([rows, channels, 1]);
    return {
      left,
      width,
      bottom,
      height,
      leftSlope: tf.concat([end, inner], 2),
      rightSlope: tf.concat([inner, end], 2),
    };
  };

  /** Maps values within the bound by `map` of the bin each is in, and passes the others. */
  const piecewise = (
    x: tf.Tensor,
    parameters: tf.Tensor,
    startsOf: (all: Bins) => tf.Tensor,
    map: (x: tf.Tensor, own: Bins) => { result: tf.Tensor; logDerivative: tf.Tensor },
  ) => {
    const channels = x.shape.at(-1)!;
    const rows = x.shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const flat = tf.reshape(asFloat('splineTransform', x), [rows, channels]);
    const inside = withoutGradient(() => tf.less(tf.abs(flat), bound));
    const clipped = tf.clipByValue(flat, -bound, bound); // what is not used must be finite, or its gradient of 0 becomes NaN
    const all = read(parameters, rows, channels);
    const { result, logDerivative } = map(clipped, ownBin(clipped, startsOf(all), all));
    return {
      result: tf.reshape(tf.where(inside, result, flat), x.shape),
      logDerivative: tf.reshape(tf.where(inside, logDerivative, tf.zerosLike(flat)), x.shape),
    };
  };

  return {
    parametersPerElement,
    applyWithLogDerivative: (x, parameters) => {
      const { result: y, logDerivative } = piecewise(
        x,
        parameters,
        ({ left }) => left,
        (value, bin) => {
          const xi = tf.div(tf.sub(value, bin.left), bin.width);
          return { result: yAt(xi, bin), logDerivative: logSlopeAt(xi, bin) };
        },
      );
      return { y, logDerivative };
    },
    invertWithLogDerivative: (y, parameters) => {
      const { result: x, logDerivative } = piecewise(
        y,
        parameters,
        ({ bottom }) => bottom,
        (value, bin) => {
          const xi = xiAt(value, bin);
          return { result: tf.add(bin.left, tf.mul(xi, bin.width)), logDerivative: tf.neg(logSlopeAt(xi, bin)) };
        },
      );
      return { x, logDerivative };
    },
  };
}

/**
 * The bin that each x [N, C] lies in, fields [N, C]: a product with a one-hot vector, since gather's gradient is slow or missing on some
 * backends.
 */
function ownBin(x: tf.Tensor, starts: tf.Tensor, all: Bins): Bins {
  const oneHot = withoutGradient(() => {
    const [, laterStarts] = tf.split(starts, [1, starts.shape[2]! - 1], 2) as [tf.Tensor, tf.Tensor];
    const beyond = tf.cast(tf.greaterEqual(tf.reshape(x, [...x.shape, 1]), laterStarts), 'float32'); // 1 … 1 0 … 0
    const edge = tf.ones([...x.shape, 1]);
    return tf.sub(tf.concat([edge, beyond], 2), tf.concat([beyond, tf.zerosLike(edge)], 2));
  });
  const pick = (values: tf.Tensor) => tf.sum(tf.mul(values, oneHot), 2);
  return {
    left: pick(all.left),
    width: pick(all.width),
    bottom: pick(all.bottom),
    height: pick(all.height),
    leftSlope: pick(all.leftSlope),
    rightSlope: pick(all.rightSlope),
  };
}

const meanSlope = ({ height, width }: Bins) => tf.div(height, width);
const bend = ({ leftSlope, rightSlope }: Bins, s: tf.Tensor) => tf.sub(tf.add(leftSlope, rightSlope), tf.mul(s, 2));

/** Eq. 4. */
function yAt(xi: tf.Tensor, bin: Bins): tf.Tensor {
  const s = meanSlope(bin);
  const between = tf.mul(xi, tf.sub(1, xi));
  const numerator = tf.add(tf.mul(s, tf.square(xi)), tf.mul(bin.leftSlope, between));
  const denominator = tf.add(s, tf.mul(bend(bin, s), between));
  return tf.add(bin.bottom, tf.mul(bin.height, tf.div(numerator, denominator)));
}

/** The logarithm of eq. 5. */
function logSlopeAt(xi: tf.Tensor, bin: Bins): tf.Tensor {
  const s = meanSlope(bin);
  const left = tf.sub(1, xi);
  const between = tf.mul(xi, left);
  const numerator = tf.addN([
    tf.mul(bin.rightSlope, tf.square(xi)),
    tf.mul(tf.mul(s, between), 2),
    tf.mul(bin.leftSlope, tf.square(left)),
  ]);
  const denominator = tf.add(s, tf.mul(bend(bin, s), between));
  return tf.add(tf.log(numerator), tf.mul(tf.log(tf.div(s, denominator)), 2));
}

/**
 * The root of a ξ² + b ξ + c = 0 (eq. 6–8, divided by h) between 0 and 1, in the form that adds numbers of one sign: 2c / (−b − √(b² −
 * 4ac)) where b ≥ 0, (−b + √…) / 2a else. The root's discriminant is at least minSlope² but for rounding.
 */
function xiAt(y: tf.Tensor, bin: Bins): tf.Tensor {
  const s = meanSlope(bin);
  const eta = tf.div(tf.sub(y, bin.bottom), bin.height);
  const b = tf.sub(bin.leftSlope, tf.mul(eta, bend(bin, s)));
  const a = tf.sub(s, b);
  const negC = tf.mul(s, eta);
  const discriminant = tf.add(tf.square(b), tf.mul(tf.mul(a, negC), 4));
  const root = tf.sqrt(tf.maximum(discriminant, SMALLEST_DISCRIMINANT));
  const positive = withoutGradient(() => tf.greaterEqual(b, 0));
  const numerator = tf.where(positive, tf.mul(negC, 2), tf.sub(root, b));
  return tf.div(numerator, tf.where(positive, tf.add(b, root), tf.mul(a, 2)));
}

function requireBetween(name: string, value: number, below: number): void {
  if (value > 0 && value < below) return;
  throw new RangeError(
    `${name} is ${value}: expected a number above 0${below === Infinity ? ' and finite' : ` and below ${below}`}.`,
  );
}
