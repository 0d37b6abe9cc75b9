// Data-dependent initialisation (Kingma & Dhariwal 2018, Glow, §3.1) of blocks inside blocks: all of it, or nothing.
import * as tf from '@tensorflow/tfjs-core';
import type { Invertible } from '../bijection/invertible.js';
import { namedVariables } from '../parameters/named-variables.js';
import { Chain } from './chain.js';

/**
 * Runs the data-dependent initialisation of every layer in order (Kingma & Dhariwal 2018, Glow, arXiv 1807.03039, §3.1), each on what
 * the layers before it make of `x`. Layers without one are passed through. On an error all layers stay as they were.
 * @param layers Of a chain, or of a flow.
 * @param x A batch of the first layer's input: some tens of samples of the training data do.
 * @param context Of each sample, where layers take one.
 * @throws Error when a layer is initialised already, ShapeError or RangeError for data that an `ActNorm` refuses.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { ActNorm, chain, initialize, Permutation } from '@lin/invertible';
 * const flow = chain(new Permutation({ shape: [2], order: [1, 0] }), new ActNorm({ shape: [2] }));
 * const x = tf.tensor2d([[1, 10], [3, 30]]);
 * initialize(flow.layers, x);
 * console.log(Array.from(flow.apply(x).dataSync(), (value) => value.toFixed(4)));
 * ```
 * ```text
 * [ '-1.0000', '-1.0000', '1.0000', '1.0000' ]
 * ```
 */
export function initialize(layers: readonly Invertible[], x: tf.Tensor, context?: tf.Tensor): void {
  allOrNothing(layers, () => {
    layers.reduce((value, layer) => {
      if (layer instanceof Chain) initialize(layer.layers, value, context);
      else if (hasInitialize(layer)) layer.initialize(value, context);
      return layer.apply(value, context);
    }, x);
  });
}

/** Runs `change` in a `tf.tidy`; where it throws, the variables below `module` get back the values they had. */
export function allOrNothing(module: object, change: () => void): void {
  tf.tidy(() => {
    const before = [...namedVariables(module).values()].map((variable) => [variable, tf.clone(variable)] as const);
    try {
      change();
    } catch (error) {
      for (const [variable, value] of before) variable.assign(value);
      throw error;
    }
  });
}

interface Initialisable {
  initialize(x: tf.Tensor, context?: tf.Tensor): void;
}

function hasInitialize(layer: Invertible): layer is Invertible & Initialisable {
  return 'initialize' in layer && typeof layer.initialize === 'function';
}
