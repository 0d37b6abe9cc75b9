// The optimiser that a config describes.
import type * as tf from '@tensorflow/tfjs-core';
import { Averaged, OPTIMISERS, type Optimiser } from '@lin/train';
import type { Config } from '../config/schema.js';

/** With a moving average of the parameters, where the config wants one. */
export function buildOptimiser(parameters: ReadonlyMap<string, tf.Variable>, config: Config): Optimiser {
  const { ema_decay: decay } = config.linearizer;
  const optimiser = buildPlainOptimiser(parameters, config);
  return decay === null ? optimiser : new Averaged(optimiser, { decay });
}

function buildPlainOptimiser(parameters: ReadonlyMap<string, tf.Variable>, { linearizer }: Config): Optimiser {
  const { weight_decay: weightDecay, momentum, nesterov, beta1, beta2 } = linearizer;
  return new OPTIMISERS[linearizer.optimiser](parameters, {
    ...withoutNull({ weightDecay, momentum, nesterov, beta1, beta2 }),
    decays: (_, { rank }) => rank > 1, // biases and gains would only be pulled off their values
    clipNorm: linearizer.gradient_clip ?? Infinity,
    clipValue: linearizer.gradient_clip_value ?? Infinity,
  });
}

type WithoutNull<T> = { [key in keyof T]?: NonNullable<T[key]> };

const withoutNull = <T extends object>(options: T) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null)) as WithoutNull<T>;
