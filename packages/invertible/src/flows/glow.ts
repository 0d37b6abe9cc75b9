// Glow (Kingma & Dhariwal 2018, arXiv 1807.03039, §3 and figure 2): images to one vector, at several scales.
//   level: squeeze → steps × [actnorm → 1×1 convolution → affine coupling];   half of the channels is then done, the other goes on.
import { Convolutional } from '../conditioners/convolutional.js';
import { Chain } from '../containers/chain.js';
import { FactorOut } from '../containers/factor-out.js';
import { AffineCoupling } from '../couplings/affine-coupling.js';
import { vectorContext } from '../transforms/context.js';
import { ActNorm } from '../elementwise/actnorm.js';
import { SeedSequence } from '../parameters/initializers.js';
import { requireInteger } from '../parameters/options.js';
import { requireSizes, ShapeError, type Shape } from '../bijection/shapes.js';
import type { Invertible } from '../bijection/invertible.js';
import { LuLinear } from '../linear/lu-linear.js';
import { Flatten } from '../rearrange/flatten.js';
import { Squeeze } from '../rearrange/squeeze.js';
import { defaultMaxLogScale } from './vector-flow.js';

export interface GlowOptions {
  /** [height, width, channels]; the sides must be multiples of 2^levels. */
  imageShape: Shape;
  /** L, scales. */
  levels?: number;
  /** K, steps of each scale. */
  steps?: number;
  /** Width of the conditioners. */
  hiddenDim?: number;
  /** Bound of each coupling's log-scale; min(1, 4 / number of couplings) unless given. */
  maxLogScale?: number;
  /** Length of the context, which every coupling sees at every position; absent where the flow takes no context. */
  contextDim?: number;
  seed?: number;
}

/**
 * Glow (Kingma & Dhariwal 2018, arXiv 1807.03039, §3 and figure 2): images to one vector at several scales, [B, h, w, c] → [B, h·w·c];
 * every number of the image, not a list of latents. `initialize(flow.layers, x)` sets its actnorms from data.
 * @param options `imageShape`; `levels` of `steps` each; `hiddenDim` of the conditioners; `contextDim`, for a context that every
 * coupling sees at every position.
 * @throws ShapeError for sides that are no multiples of 2^levels, RangeError for another option out of range.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { glow, initialize } from '@lin/invertible';
 * const flow = glow({ imageShape: [4, 4, 3], levels: 2, steps: 1, hiddenDim: 4 });
 * const x = tf.randomUniform([8, 4, 4, 3], 0, 1, 'float32', 1);
 * initialize(flow.layers, x);
 * console.log(flow.outputShape, tf.max(tf.abs(tf.sub(flow.invert(flow.apply(x)), x))).dataSync()[0]! < 1e-5);
 * ```
 * ```text
 * [ 48 ] true
 * ```
 */
export function glow({
  imageShape,
  levels = 3,
  steps = 8,
  hiddenDim = 128,
  maxLogScale,
  contextDim,
  seed = 0,
}: GlowOptions): Chain {
  requireInteger('levels', levels);
  requireInteger('steps', steps);
  requireImage(imageShape, levels);
  const seeds = new SeedSequence(seed);
  const bound = maxLogScale ?? defaultMaxLogScale(levels * steps);
  const contextShape = vectorContext(contextDim);

  const step = (shape: Shape): Invertible[] => [
    new ActNorm({ shape }),
    new LuLinear({ shape, seed: seeds.take() }),
    new AffineCoupling({
      shape,
      transforms: 'second',
      maxLogScale: bound,
      contextShape,
      conditioner: (inputChannels, outputChannels) =>
        new Convolutional({ inputChannels, outputChannels, hiddenDim, seed: seeds.take() }),
    }),
  ];

  const from = (shape: Shape, level: number): Chain => {
    const squeeze = new Squeeze({ shape });
    const inner = squeeze.outputShape;
    const flow = [squeeze, ...Array.from({ length: steps }, () => step(inner)).flat()];
    if (level === levels) return new Chain([...flow, new Flatten({ shape: inner })]);
    const rest = from([...inner.slice(0, -1), inner.at(-1)! / 2], level + 1);
    return new Chain([...flow, new FactorOut({ shape: inner, rest })]);
  };
  return from(imageShape, 1);
}

function requireImage(shape: Shape, levels: number): void {
  requireSizes('glow', shape);
  const multiple = 2 ** levels;
  if (shape.length === 3 && shape[0]! % multiple === 0 && shape[1]! % multiple === 0) return;
  throw new ShapeError(
    `glow: imageShape is [${shape.join(', ')}]; expected [height, width, ` +
      `channels] with sides that are multiples of ${multiple} for ${levels} levels.`,
  );
}
