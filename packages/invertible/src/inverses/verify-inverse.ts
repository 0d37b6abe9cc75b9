// How far an inverse can be trusted, measured: the round trip of real data, the local gain of g⁻¹ that decides its error, and which layer
// it comes from (Behrmann et al. 2021, arXiv 2006.09347).
import * as tf from '@tensorflow/tfjs-core';
import { requireSeed } from '../parameters/options.js';
import { asFloat, rowsOf } from '../bijection/batches.js';
import type { Invertible } from '../bijection/invertible.js';
import { Chain } from '../containers/chain.js';

/** A bijection of images to a core and a residual, such as an image flow. */
export interface ImageBijection {
  encode(x: tf.Tensor): { core: tf.Tensor2D; residual: tf.Tensor2D; logDet: tf.Tensor1D };
  decode(core: tf.Tensor2D, residual: tf.Tensor2D): tf.Tensor4D;
}

export interface VerifyInverseOptions {
  /**
   * Length of the perturbation, relative to that of what it moves (to 1 where that is shorter): small against it, large against float32's
   * rounding.
   */
  relativeStep?: number;
  /** A non-negative integer. */
  seed?: number;
  /** Of a conditional bijection. */
  context?: tf.Tensor;
  /** What must hold; `violations` says what does not. */
  bounds?: InverseBounds;
  /** Whether each layer of a chain is measured by itself, too, which takes longer than the whole; default true. */
  layers?: boolean;
}

/** The largest values allowed, and the smallest share of exact bytes. */
export interface InverseBounds {
  maxError?: number;
  meanError?: number;
  gainP99?: number;
  gainMax?: number;
  exactBytes?: number;
}

export interface InverseVerification {
  samples: number;
  /** Largest and mean difference of an entry after g⁻¹(g(x)), in the units of x. NaN or infinite where g⁻¹ breaks down. */
  maxError: number;
  meanError: number;
  /** The sample, of the batch, with the largest error. */
  worst: { sample: number; error: number };
  /** Share of bytes that come back as they were, when x is pixels in [−1, 1] and both are rounded to 0…255; 1 means every one. */
  exactBytes: number;
  /** L of each sample: ‖g⁻¹(y + δ) − g⁻¹(y)‖ / ‖δ‖ of a random δ; of an image's core and residual, the larger. */
  gains: Float32Array;
  gain: { p50: number; p99: number; max: number };
  /** Smallest and largest ‖g(x + δ) − g(x)‖ / ‖δ‖ seen: estimates, from inside, of g's two Lipschitz constants. */
  biLipschitz: { lower: number; upper: number };
  /**
   * Of each layer of a chain, first to last: the largest error of its own round trip, and the largest gain of its inverse. Empty where
   * they are not measured.
   */
  layers: { name: string; error: number; gain: number }[];
  /** One sentence for each bound that does not hold. */
  violations: string[];
}

/**
 * Measures how far an inverse can be trusted, on one batch (Behrmann et al. 2021, arXiv 2006.09347): the round trip of real data, the
 * local gain of g⁻¹ that decides its error, and which layer it comes from. Nothing is served from a cache; neither parameters nor the
 * batch change.
 * @param bijection A block, or a bijection to a core and a residual such as an `ImageFlow`.
 * @param batch [B, …inputShape].
 * @param options A `context`, the `relativeStep` and `seed` of the perturbations, `bounds`: `violations` says what does not hold,
 * and `layers: false` where the whole is enough.
 * @throws RangeError for a seed that is not a non-negative integer, ShapeError for another batch.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LeakyRelu, verifyInverse } from '@lin/invertible';
 * const layer = new LeakyRelu({ shape: [2], slope: 0.5 });
 * const { maxError, gain, violations } = verifyInverse(layer, tf.tensor2d([[3, 4], [-3, -4]]), { bounds: { gainMax: 1.5 } });
 * console.log(maxError, gain.max.toFixed(2), violations);
 * ```
 * ```text
 * 0 2.00 [
 *   'gainMax: the largest gain of the inverse is 2.00, expected at most 1.5.'
 * ]
 * ```
 */
export function verifyInverse(
  bijection: Invertible | ImageBijection,
  batch: tf.Tensor,
  { relativeStep = 1e-2, seed = 0, context, bounds = {}, layers = true }: VerifyInverseOptions = {},
): InverseVerification {
  requireSeed(seed);
  return tf.tidy(() => {
    const x = asFloat('verifyInverse', batch);
    const { encode, decode } = mapsOf(bijection, context);
    const codes = encode(x);
    const back = decode(codes);
    const errors = tf.abs(tf.sub(back, x));
    const ofSample = tf.max(rowsOf(errors), 1).dataSync<'float32'>();
    const probe: Probe = { relativeStep, seed: 2 * seed + 1 };
    const gainOf = (moved: number) =>
      stretch(codes[moved]!, (code) => [decode(codes.with(moved, code))], [back], {
        ...probe,
        seed: probe.seed + moved,
      });
    const gains = tf.max(tf.stack(codes.map((_, i) => gainOf(i))), 0).dataSync<'float32'>();
    const stretches = stretch(x, encode, codes, { ...probe, seed: probe.seed + codes.length }).dataSync<'float32'>();
    const worst = indexOfLargest(ofSample);
    const measured = {
      samples: x.shape[0]!,
      maxError: ofSample[worst]!,
      meanError: tf.mean(errors).dataSync()[0]!,
      worst: { sample: worst, error: ofSample[worst]! },
      exactBytes: tf.mean(tf.cast(tf.equal(bytes(back), bytes(x)), 'float32')).dataSync()[0]!,
      gains,
      gain: { p50: percentile(gains, 0.5), p99: percentile(gains, 0.99), max: percentile(gains, 1) },
      biLipschitz: { lower: percentile(stretches, 0), upper: percentile(stretches, 1) },
      layers: layers && 'layers' in bijection ? verifyLayers(bijection.layers as Invertible[], x, context, probe) : [],
    };
    return { ...measured, violations: violationsOf(bounds, measured) };
  });
}

interface Maps {
  encode(x: tf.Tensor): tf.Tensor[];
  decode(codes: tf.Tensor[]): tf.Tensor;
}

function mapsOf(bijection: Invertible | ImageBijection, context: tf.Tensor | undefined): Maps {
  if ('invert' in bijection)
    return { encode: (x) => [bijection.apply(x, context)], decode: ([y]) => bijection.invert(y!, context) };
  return {
    encode: (x) => {
      const { core, residual } = bijection.encode(x);
      return [core, residual];
    },
    decode: ([core, residual]) => bijection.decode(core as tf.Tensor2D, residual as tf.Tensor2D),
  };
}

interface Probe {
  relativeStep: number;
  /** Never 0, which tf.randomNormal takes for none. */
  seed: number;
}

/** ‖map(x + δ) − y‖ / ‖δ‖ of each sample, y = map(x), all its parts together, for one random δ. */
function stretch(
  x: tf.Tensor,
  map: (moved: tf.Tensor) => tf.Tensor[],
  y: tf.Tensor[],
  { relativeStep, seed }: Probe,
): tf.Tensor1D {
  return tf.tidy(() => {
    const direction = tf.randomNormal(x.shape, 0, 1, 'float32', seed);
    const length = tf.mul(tf.maximum(norms([x]), 1), relativeStep);
    const perSample = [x.shape[0]!, ...x.shape.slice(1).map(() => 1)];
    const step = tf.mul(direction, tf.reshape(tf.div(length, norms([direction])), perSample));
    const moved = map(tf.add(x, step));
    return tf.div(norms(moved.map((part, i) => tf.sub(part, y[i]!))), norms([step]));
  });
}

/** Every layer by itself, on what the layers before it make of x. */
function verifyLayers(
  layers: readonly Invertible[],
  x: tf.Tensor,
  context: tf.Tensor | undefined,
  probe: Probe,
): InverseVerification['layers'] {
  const found: InverseVerification['layers'] = [];
  let value = x;
  for (const layer of layers.flatMap(flatten)) {
    const before = value;
    value = tf.tidy(() => {
      const y = layer.apply(before, context);
      const back = layer.invert(y, context);
      const gains = stretch(y, (moved) => [layer.invert(moved, context)], [back], probe);
      const [error, gain] = [tf.max(tf.abs(tf.sub(back, before))), tf.max(gains)].map(
        (scalar) => scalar.dataSync()[0]!,
      );
      found.push({ name: layer.name, error: error!, gain: gain! });
      return y;
    });
    if (before !== x) before.dispose();
  }
  return found;
}

const flatten = (layer: Invertible): Invertible[] => (layer instanceof Chain ? layer.layers.flatMap(flatten) : [layer]);

function violationsOf(
  bounds: InverseBounds,
  { maxError, meanError, exactBytes, gain, worst }: Omit<InverseVerification, 'violations'>,
): string[] {
  const measured: [keyof InverseBounds, string, number][] = [
    ['maxError', `the largest error, in sample ${worst.sample},`, maxError],
    ['meanError', 'the mean error', meanError],
    ['gainP99', 'the 99th percentile of the gain of the inverse', gain.p99],
    ['gainMax', 'the largest gain of the inverse', gain.max],
    ['exactBytes', 'the share of exact bytes', exactBytes],
  ];
  return measured.flatMap(([name, what, value]) => {
    const bound = bounds[name];
    if (bound === undefined || (name === 'exactBytes' ? value >= bound : value <= bound)) return [];
    return [
      `${name}: ${what} is ${value.toPrecision(3)}, expected ${name === 'exactBytes' ? 'at least' : 'at most'} ${bound}.`,
    ];
  });
}

const bytes = (pixels: tf.Tensor) => tf.round(tf.add(tf.mul(pixels, 127.5), 127.5));
const norms = (parts: tf.Tensor[]) => tf.norm(tf.concat(parts.map(rowsOf), 1), 'euclidean', 1) as tf.Tensor1D;

/** A value that is NaN counts as the largest. */
const indexOfLargest = (values: Float32Array) =>
  values.reduce(
    (best, value, i) => (Number.isNaN(values[best]!) || !(value > values[best]! || Number.isNaN(value)) ? best : i),
    0,
  );

/** The nearest-rank percentile; NaN where a value is. */
function percentile(values: Float32Array, share: number): number {
  if (values.some(Number.isNaN)) return NaN;
  return values.toSorted()[Math.max(Math.ceil(share * values.length) - 1, 0)] ?? NaN;
}
